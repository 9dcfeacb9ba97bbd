import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '../..');

/** A page that people read. */
export interface Page {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** The text without its blocks. */
  readonly prose: string;
  readonly fences: readonly Fence[];
  /** Code within a sentence or a table. */
  readonly code: readonly string[];
  readonly links: readonly string[];
  /** What can stand behind a `#`. */
  readonly anchors: ReadonlySet<string>;
}

/** A block between ``` and ```. */
export interface Fence {
  readonly page: string;
  /** Language and use, as in "console demo": each use has a test that takes its blocks. */
  readonly info: string;
  readonly text: string;
}

/** A cell for each column. */
export type Row = readonly string[];

const fence = /^```(.*)\n([\s\S]*?)^```$/gm;

function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const prose = text.replaceAll(fence, '');
  return {
    path,
    text,
    prose,
    fences: [...text.matchAll(fence)].map(([, info = '', block = '']) => ({ page: path, info, text: block })),
    code: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slug(title))),
  };
}

/** As GitHub and npm make it of a title. */
const slug = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/** Every page of the repository. */
export const pages: readonly Page[] = ['*.md', 'docs/*.md', 'deploy/*.md', 'bench/*.md', '.github/**/*.md']
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map(readPage);

/** README.md, and what it leads to. */
export const guide: readonly Page[] = pages.filter(({ path }) => /^(README|docs\/.*)\.md$/.test(path));

export function pageAt(path: string): Page {
  const page = pages.find((one) => one.path === path);
  if (page === undefined) throw new Error(`Expected a page ${path}`);
  return page;
}

/** The blocks with this use, on all pages. */
export const fencesOf = (info: string): readonly Fence[] =>
  pages.flatMap(({ fences }) => fences.filter((one) => one.info === info));

/** The rows of the table whose first title this is; of several, the first one or the one with this index. */
export function tableOf(path: string, title: string, index = 0): readonly Row[] {
  const table = pageAt(path)
    .text.split('\n\n')
    .filter((part) => part.startsWith(`| ${title} |`))[index];
  if (table === undefined) throw new Error(`Expected a table of ${title} in ${path}`);
  const [, , ...rows] = table.trimEnd().split('\n');
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The words in backticks of a cell. */
export const codeIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** What is typed in a block of a shell, or after each `$ `: continued lines are one. */
export function commandsIn({ info, text }: Fence): readonly string[] {
  const joined = text.replaceAll(/\\\n\s*/g, '');
  const lines = joined.split('\n').filter((line) => line !== '');
  const typed = info.startsWith('console') ? lines.filter((line) => line.startsWith('$ ')) : lines;
  return typed.map((line) => line.replace(/^\$ /, '').replace(/\s+#.*$/, ''));
}

/** The steps of a session: what is typed, and what is printed then. */
export function stepsOf({ text }: Fence): readonly { typed: string; printed: string }[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [typed = '', ...printed] = step.split('\n');
      return { typed: typed.replace(/\s+#.*$/, ''), printed: printed.join('\n') };
    });
}
