import { availableParallelism } from 'node:os';

/** What one file of measure/ found. */
export interface Section {
  readonly title: string;
  /** How it was measured, in Markdown. */
  readonly text: string;
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
}

export interface Table {
  readonly caption: string;
  /** The first column is text, the others are figures. */
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Target {
  readonly what: string;
  readonly goal: string;
  readonly found: string;
  readonly isMet: boolean;
}

export function render(sections: readonly Section[]): string {
  return `${[
    '# Results',
    `Written by \`make bench\`. Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores, which the load generator and the server share. Everything is measured side by side in one run, in interleaved rounds; a ratio is the median of the ratios round by round, with their lowest and highest in brackets. Ratios hold from machine to machine, absolute figures don't.`,
    '## Targets',
    table(
      ['target', 'goal', 'found', 'met'],
      sections
        .flatMap(({ targets }) => targets)
        .map((target) => [target.what, target.goal, target.found, target.isMet ? 'yes' : '**no**']),
    ),
    ...sections.flatMap(renderSection),
  ].join('\n\n')}\n`;
}

const renderSection = ({ title, text, tables }: Section): string[] => [
  `## ${title}`,
  text,
  ...tables.flatMap(({ caption, head, rows }) => [`### ${caption}`, table(head, rows)]),
];

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map(line).join('\n');
}
