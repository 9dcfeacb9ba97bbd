import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { asGitHub } from '../../advisor/formats/github.ts';
import { asSarif } from '../../advisor/formats/sarif.ts';
import { asText } from '../../advisor/formats/text.ts';
import { type LintResult, lint, type Manifest } from '../../advisor/lint.ts';
import { factsOf } from '../../advisor/service-facts.ts';
import { contractOf } from '../../config/contract.ts';
import { withPlaceholders } from '../../config/placeholders.ts';
import { builtinDocument } from '../../contract/builtin.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { type ContractOptions, settingsFor } from '../support/contract-settings.ts';
import { ending, exitCodes } from '../support/exit.ts';
import { manifestsAt } from '../support/manifests-at.ts';

export const addLint = (program: Command): void =>
  void withContractOptions(
    program
      .command('lint')
      .summary('say what does not fit in manifests')
      .description(
        'Says what does not fit in manifests of Kubernetes, compose files and Dockerfiles, by what they say themselves and, ' +
          'for Probity, by the configuration and the contract that they are to run with. Exits with 0 without errors, and with 1 with errors.',
      )
      .argument('<file...>', 'files and folders; - is the standard input'),
  )
    .option(
      '--container <name>',
      'a container of an application that embeds Probity; may be given again',
      (name: string, others: readonly string[]) => [...others, name],
      [],
    )
    .addOption(
      program
        .createOption('--format <format>', 'how findings are printed')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ probity lint deployment.yaml compose.yaml Dockerfile
  $ docker compose config | probity lint -
  $ kubectl kustomize deploy | probity lint --config probity.yaml -`,
    )
    .action(ending(lintFiles));

type Format = 'text' | 'json' | 'sarif' | 'github';

/** How findings are printed. */
const formats: Readonly<Record<Format, (result: LintResult) => string>> = {
  text: asText,
  json: (result) => JSON.stringify(result, null, 2),
  sarif: (result) => asSarif(result, String(builtinDocument.info.version)),
  github: asGitHub,
};

interface LintArguments extends ContractOptions {
  /** The containers that embed Probity. */
  readonly container?: readonly string[];
  readonly format: Format;
}

/** Judges manifests by the configuration and the contract in force; returns the exit code. */
async function lintFiles(paths: readonly string[], { format, container, ...options }: LintArguments): Promise<number> {
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
