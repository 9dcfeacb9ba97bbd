import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml';
import type { Addition } from './additions.ts';
import { asBlock, asFlow, asJson, type Style, styleOf } from './style.ts';

/** A place of a text where something is put in the place of some characters, or of none. */
export interface Edit {
  readonly offset: number;
  readonly removed: number;
  readonly inserted: string;
}

/**
 * Writes additions into the text of a document in YAML or JSON, and leaves everything else as it is.
 *
 * @returns nothing where one has no place of its own: where it belongs stands an alias, or what is merged in
 */
export function editsFor(text: string, additions: readonly Addition[]): Edit[] | undefined {
  const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent', merge: false });
  const style = styleOf(text);
  const groups = [...Map.groupBy(additions, ({ at }) => JSON.stringify(at)).values()];
  const edits: Edit[] = [];
  // Where several mappings end, the inner one is written on first.
  for (const group of groups.toSorted((one, other) => depthOf(other) - depthOf(one))) {
    const way = wayTo(document, group[0]?.at ?? []);
    if (way === undefined) return undefined;
    edits.push(...within(text, way, group, style));
  }
  return edits.toSorted((one, other) => one.offset - other.offset);
}

const depthOf = ([first]: readonly Addition[]): number => first?.at.length ?? 0;

export const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduceRight(
    (so, { offset, removed, inserted }) => so.slice(0, offset) + inserted + so.slice(offset + removed),
    text,
  );

/** A mapping, and what it is the value of. */
interface Way {
  readonly map: YAMLMap;
  readonly key?: unknown;
  readonly isInFlow: boolean;
}

function wayTo({ contents }: Document, at: readonly string[]): Way | undefined {
  let way: Way | undefined = isMap(contents) ? { map: contents, isInFlow: false } : undefined;
  for (const name of at) {
    const pair: Pair | undefined = way?.map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
    if (!isMap(pair?.value)) return undefined;
    way = { map: pair.value, key: pair.key, isInFlow: way?.map.flow === true };
  }
  return way;
}

function within(text: string, way: Way, group: readonly Addition[], style: Style): Edit[] {
  const { map, isInFlow } = way;
  if (map.items.length > 0) return group.map((addition) => (map.flow ? inFlow : inBlock)(text, map, addition, style));
  const [from, to] = rangeOf(map);
  if (isInFlow || isJsonText(text))
    return [{ offset: from, removed: to - from, inserted: flowOf(text, group, from, style) }];
  const indent = indentAt(text, rangeOf(way.key)[0]) + style.step;
  const lead = /[ \t]*$/.exec(text.slice(0, from))?.[0].length ?? 0;
  const mapping = Object.fromEntries(group.map(({ key, value }) => [key, value]));
  return [
    { offset: from - lead, removed: to - from + lead, inserted: '' },
    ownLines(text, to, asBlock(mapping, indent, style), style),
  ];
}

/** Where it goes: after the last pair of the first run that is told to be before it, or else of all. */
function pairBefore({ items }: YAMLMap, { after }: Addition): Pair {
  const isBefore = ({ key }: Pair): boolean => isScalar(key) && after(String(key.value));
  const first = items.findIndex(isBefore);
  const run = first === -1 ? items : items.slice(first);
  const end = run.findIndex((pair) => !isBefore(pair));
  return (first === -1 || end === -1 ? items.at(-1) : run[end - 1]) as Pair;
}

function inBlock(text: string, map: YAMLMap, addition: Addition, style: Style): Edit {
  const indent = indentAt(text, rangeOf(map.items[0]?.key)[0]);
  const { key, value } = addition;
  return ownLines(text, endOf(pairBefore(map, addition)), asBlock({ [key]: value }, indent, style), style);
}

/** Lines after the one that ends what is before them. */
function ownLines(text: string, end: number, lines: string, { eol }: Style): Edit {
  const next = text[end - 1] === '\n' ? end : text.indexOf('\n', end) + 1;
  if (next > 0) return { offset: next, removed: 0, inserted: lines };
  return { offset: text.length, removed: 0, inserted: eol + lines.slice(0, -eol.length) };
}

function inFlow(text: string, map: YAMLMap, addition: Addition, style: Style): Edit {
  const [begin] = rangeOf(map);
  const [first] = rangeOf(map.items[0]?.key);
  const isSpread = text.slice(begin, first).includes('\n');
  const indent = isSpread ? indentAt(text, first) : undefined;
  const { key, value } = addition;
  const pair = text[first] === '"' ? asJson(key, value, indent, style) : asFlow(key, value, style);
  const gap = isSpread ? style.eol + indent : style.isCompact ? '' : ' ';
  return { offset: endOf(pairBefore(map, addition)), removed: 0, inserted: `,${gap}${pair}` };
}

/** What takes the place of an empty mapping in flow style. */
function flowOf(text: string, group: readonly Addition[], from: number, style: Style): string {
  if (!isJsonText(text)) return `{ ${group.map(({ key, value }) => asFlow(key, value, style)).join(', ')} }`;
  const isSpread = text.trim().includes('\n');
  const indent = isSpread ? (/[ \t]*/.exec(text.slice(text.lastIndexOf('\n', from) + 1))?.[0] ?? '') : undefined;
  const mapping = Object.fromEntries(group.map(({ key, value }) => [key, value]));
  return asJson('', mapping, indent, style).slice(indent === undefined && style.isCompact ? 3 : 4);
}

const isJsonText = (text: string): boolean => /^\uFEFF?\s*\{\s*"/.test(text);

/** What stands before a key on its line: spaces, as the key of a block is the first on it. */
const indentAt = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replace('\uFEFF', '');

/** Where the last thing that a pair says ends. */
function endOf(node: unknown): number {
  if (isCollection(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  if (isNode(node) || isAlias(node)) return rangeOf(node)[1];
  const { key, value } = node as Pair;
  return value === null || value === undefined ? rangeOf(key)[1] : endOf(value);
}

const rangeOf = (node: unknown): [number, number] => {
  const [from, to] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  return [from, to];
};
