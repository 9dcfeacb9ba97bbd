import { text } from 'node:stream/consumers';
import { asGitHub } from '../advisor/formats/github.ts';
import { asSarif } from '../advisor/formats/sarif.ts';
import { asText } from '../advisor/formats/text.ts';
import { type LintResult, lint, type Manifest } from '../advisor/lint.ts';
import { factsOf } from '../advisor/service-facts.ts';
import { contractOf } from '../config/contract.ts';
import { withPlaceholders } from '../config/placeholders.ts';
import { builtinDocument } from '../contract/builtin.ts';
import { manifestsAt } from './manifests-at.ts';
import { type ContractOptions, settingsFor } from './support/contract-settings.ts';
import { exitCodes } from './support/exit.ts';

type Format = 'text' | 'json' | 'sarif' | 'github';

/** How findings are printed. */
const formats: Readonly<Record<Format, (result: LintResult) => string>> = {
  text: asText,
  json: (result) => JSON.stringify(result, null, 2),
  sarif: (result) => asSarif(result, String(builtinDocument.info.version)),
  github: asGitHub,
};

export interface LintArguments extends ContractOptions {
  /** The containers that embed Probity. */
  readonly container?: readonly string[];
  readonly format: Format;
}

/** Judges manifests by the configuration and the contract in force; returns the exit code. */
export async function lintFiles(
  paths: readonly string[],
  { format, container, ...options }: LintArguments,
): Promise<number> {
  const settings = await settingsFor(options, await withPlaceholders(options.config, process.env));
  const facts = factsOf(settings, await contractOf(settings));
  const manifests = await Promise.all(paths.map(read));
  const result = lint(withoutRepeated(manifests.flat()), facts, container);
  console.log(formats[format](result));
  const isBroken = result.findings.some(({ severity }) => severity === 'error');
  return isBroken ? exitCodes.failed : exitCodes.ok;
}

const read = async (path: string): Promise<Manifest[]> =>
  path === '-' ? [{ file: 'standard input', text: await text(process.stdin) }] : manifestsAt(path);

/** A file may be named, and be in a folder that is named as well. */
const withoutRepeated = (manifests: readonly Manifest[]): Manifest[] => [
  ...new Map(manifests.map((manifest) => [manifest.file, manifest])).values(),
];
