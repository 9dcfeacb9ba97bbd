import { text } from 'node:stream/consumers';
import { type LintFinding, type LintResult, lint, type Manifest } from '../advisor/lint.ts';
import { factsOf } from '../advisor/service-facts.ts';
import { oneLine } from '../base/shown.ts';
import { contractOf } from '../config/contract.ts';
import { readText } from '../config/file.ts';
import { type ContractOptions, settingsFor } from './support/contract-settings.ts';
import { exitCodes } from './support/exit.ts';

export interface LintArguments extends ContractOptions {
  /** The containers that embed Probity. */
  readonly container?: readonly string[];
  readonly json?: boolean;
}

/** Judges manifests by the configuration and the contract in force; returns the exit code. */
export async function lintFiles(
  files: readonly string[],
  { json, container, ...options }: LintArguments,
): Promise<number> {
  const settings = await settingsFor(options);
  const facts = factsOf(settings, await contractOf(settings));
  const manifests = await Promise.all(files.map(read));
  const result = lint(manifests, facts, container);
  console.log(json ? JSON.stringify(result.findings, null, 2) : report(result));
  const isBroken = result.findings.some(({ severity }) => severity === 'error');
  return isBroken ? exitCodes.failed : exitCodes.ok;
}

const read = async (file: string): Promise<Manifest> =>
  file === '-'
    ? { file: 'standard input', text: await text(process.stdin) }
    : { file: oneLine(file), text: readText(file) };

function report({ findings, judged }: LintResult): string {
  const count = (severity: LintFinding['severity']): string => {
    const { length } = findings.filter((finding) => finding.severity === severity);
    return `${length} ${severity}${length === 1 ? '' : 's'}`;
  };
  return [
    ...findings.map(line),
    oneLine(`${count('error')}, ${count('warning')} in ${nameAll(judged)}`),
    ...scope(judged).map(oneLine),
  ].join('\n');
}

const nameAll = (judged: LintResult['judged']): string =>
  judged.map(({ container, owner }) => `${container} (${owner})`).join(', ');

/** What was judged by less than everything, and how to have it judged. */
function scope(judged: LintResult['judged']): string[] {
  const others = judged.filter(({ judgedBy }) => !judgedBy.includes('service'));
  if (others.length === 0) return [];
  return [
    `By what the files say alone, as nothing tells that Probity runs there (--container NAME says so): ${nameAll(others)}`,
  ];
}

/** What a manifest says is somebody else's text: it must not break the line, nor act on a terminal. */
const line = ({ file, line, column, severity, rule, container, found, expected, why }: LintFinding): string =>
  oneLine(`${file}:${line}:${column}: ${severity} ${rule}: ${container}: ${found}, expected ${expected}. ${why}`);
