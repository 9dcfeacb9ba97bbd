import { type Edit, edited } from './edits.ts';

/** Lines before and after a change. */
const context = 3;

/** Lines of the old text that others take the place of. */
interface Change {
  readonly from: number;
  readonly to: number;
  readonly lines: readonly string[];
}

/** The difference that edits make, as a unified diff; empty where they make none. */
export function unified(name: string, text: string, edits: readonly Edit[]): string {
  const old = linesOf(text);
  const hunks: Change[][] = [];
  for (const change of regionsOf(text, edits).map((region) => changeOf(text, region))) {
    const latest = hunks.at(-1);
    const gap = change.from - (latest?.at(-1)?.to ?? 0);
    if (latest !== undefined && gap <= 2 * context) latest.push(change);
    else hunks.push([change]);
  }
  let shift = 0;
  const told = hunks.map((hunk) => {
    const shown = hunkOf(old, hunk, shift);
    for (const { from, to, lines } of hunk) shift += lines.length - (to - from);
    return shown;
  });
  return told.length === 0 ? '' : `--- ${name}\n+++ ${name}\n${told.join('')}`;
}

const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Edits of the same lines, and where these begin and end in the text. */
interface Region {
  readonly begin: number;
  end: number;
  readonly edits: Edit[];
}

function regionsOf(text: string, edits: readonly Edit[]): Region[] {
  const regions: Region[] = [];
  for (const edit of edits) {
    const { offset, removed, inserted } = edit;
    const begin = text.lastIndexOf('\n', offset - 1) + 1;
    const isOwnLines = begin === offset && removed === 0 && inserted.endsWith('\n');
    const next = text.indexOf('\n', offset + removed);
    const end = isOwnLines ? begin : next === -1 ? text.length : next + 1;
    const latest = regions.at(-1);
    if (latest !== undefined && begin <= latest.end) {
      latest.end = Math.max(latest.end, end);
      latest.edits.push(edit);
    } else regions.push({ begin, end, edits: [edit] });
  }
  return regions;
}

/** Without the lines at the begin that are as they were. */
function changeOf(text: string, { begin, end, edits }: Region): Change {
  const here = edits.map((edit) => ({ ...edit, offset: edit.offset - begin }));
  const before = linesOf(text.slice(begin, end));
  const lines = linesOf(edited(text.slice(begin, end), here));
  const first = before.findIndex((line, index) => line !== lines[index]);
  const same = first === -1 ? before.length : first;
  const from = text.slice(0, begin).split('\n').length - 1;
  return { from: from + same, to: from + before.length, lines: lines.slice(same) };
}

function hunkOf(old: readonly string[], changes: readonly Change[], shift: number): string {
  const first = Math.max(0, (changes[0]?.from ?? 0) - context);
  const end = Math.min(old.length, (changes.at(-1)?.to ?? 0) + context);
  const body: string[] = [];
  let at = first;
  for (const { from, to, lines } of changes) {
    body.push(...marked(' ', old.slice(at, from)), ...marked('-', old.slice(from, to)), ...marked('+', lines));
    at = to;
  }
  body.push(...marked(' ', old.slice(at, end)));
  const count = (sign: string): number => body.filter((line) => line.startsWith(sign) || line.startsWith(' ')).length;
  const range = (from: number, length: number): string => `${length === 0 ? from : from + 1},${length}`;
  return `@@ -${range(first, count('-'))} +${range(first + shift, count('+'))} @@\n${body.join('')}`;
}

const marked = (sign: string, lines: readonly string[]): string[] =>
  lines.map((line) => (line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`));
