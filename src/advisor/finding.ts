import type { Complaint, LintRule } from './rules/rule.ts';
import { rules } from './rules.ts';
import type { Judged, JudgedService } from './selection.ts';

/** What does not fit in a manifest. */
export interface LintFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The container, the service of a compose file, or the image of a Dockerfile. */
  readonly container: string;
  readonly found: string;
  readonly expected: string;
  readonly why: string;
}

/** What can be seen in the file alone. */
export const byTheFile = (judged: Judged): LintFinding[] =>
  rules.flatMap((rule) => (rule.needs === 'file' ? findingsOf(rule, judged, rule.complain(judged)) : []));

/** What the configuration and the contract say of a service of Probity. */
export const byTheService = (judged: JudgedService): LintFinding[] =>
  rules.flatMap((rule) => (rule.needs === 'service' ? findingsOf(rule, judged, rule.complain(judged)) : []));

const findingsOf = (
  { id, severity, why }: LintRule,
  { program }: Judged,
  complaints: readonly Complaint[],
): LintFinding[] =>
  complaints.map(({ place: { file, line, column }, found, expected }) => ({
    rule: id,
    severity,
    file,
    line,
    column,
    container: program.name,
    found,
    expected,
    why,
  }));

/** In the order of the files and the lines. What lies between two services is found with each of them, and told once. */
export function inOrder(findings: readonly LintFinding[], files: readonly string[]): LintFinding[] {
  const once = new Map<string, LintFinding>();
  for (const finding of findings) {
    const { rule, file, line, column, found } = finding;
    const key = [rule, file, line, column, found].join(' ');
    if (!once.has(key)) once.set(key, finding);
  }
  const order = new Map(files.map((file, index) => [file, index]));
  const at = ({ file }: LintFinding): number => order.get(file) ?? -1;
  return [...once.values()].toSorted(
    (one, other) => at(one) - at(other) || one.line - other.line || one.column - other.column,
  );
}
