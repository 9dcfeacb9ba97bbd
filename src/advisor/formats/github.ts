import { oneLine } from '../../base/shown.ts';
import type { LintResult } from '../lint.ts';

/** https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
const escaped = (text: string): string =>
  oneLine(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');

/** Annotations of a run of GitHub Actions: one for each finding, and one for each note. */
export const asGitHub = ({ findings, notes }: LintResult): string =>
  [
    ...findings.map(
      ({ severity, file, line, column, rule, container, found, expected, why }) =>
        `::${severity} file=${property(file)},line=${line},col=${column},title=${property(rule)}::` +
        escaped(`${container}: ${found}, expected ${expected}. ${why}`),
    ),
    ...notes.map(({ file, text }) => `::notice file=${property(file)}::${escaped(text)}`),
  ].join('\n');
