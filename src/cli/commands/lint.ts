import type { Command } from 'commander';
import type { LintArguments } from '../lint.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { ending } from '../support/exit.ts';

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
    .action(
      ending(async (files: string[], options: LintArguments) => (await import('../lint.ts')).lintFiles(files, options)),
    );
