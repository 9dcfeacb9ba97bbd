import { oneLine } from '../../base/shown.ts';
import type { LintFinding, LintResult, Note, Seen } from '../lint.ts';

/** The findings in a line each, for people; then what was judged by what, and what was not. */
export function asText({ findings, ignored, judged, notes }: LintResult): string {
  const count = (severity: LintFinding['severity']): string => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return `${length} ${severity}${length === 1 ? '' : 's'}`;
  };
  const quiet = ignored.length === 0 ? '' : `, ${ignored.length} ignored`;
  return [
    ...findings.map(line),
    `${count('error')}, ${count('warning')}${quiet} in ${nameAll(judged)}`,
    ...scope(judged),
    ...grouped(notes),
  ]
    .map(oneLine)
    .join('\n');
}

/** What a manifest says is somebody else's text: it must not break the line, nor act on a terminal. */
const line = ({ file, line, column, severity, rule, container, found, expected, why }: LintFinding): string =>
  `${file}:${line}:${column}: ${severity} ${rule}: ${container}: ${found}, expected ${expected}. ${why}`;

/** More than that, and nobody reads them. */
const mostNamed = 12;

const nameAll = (judged: readonly Seen[]): string =>
  listed(judged.map(({ container, owner }) => `${container} (${owner})`));

const listed = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ');

/** What was judged by less than everything, and how to have it judged. */
function scope(judged: readonly Seen[]): string[] {
  const others = judged.filter(({ judgedBy }) => !judgedBy.includes('service'));
  if (others.length === 0) return [];
  return [
    `By what the files say alone, as nothing tells that Probity runs there (--container NAME says so): ${nameAll(others)}`,
  ];
}

/** What is said of several files is said once. */
const grouped = (notes: readonly Note[]): string[] =>
  [...new Set(notes.map(({ text }) => text))].map(
    (text) => `${listed(notes.filter((note) => note.text === text).map(({ file }) => file))}: ${text}`,
  );
