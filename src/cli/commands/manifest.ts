import type { Command } from 'commander';
import type { ManifestArguments } from '../manifest.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { ending } from '../support/exit.ts';

export const addManifest = (program: Command): void =>
  void withContractOptions(
    program
      .command('manifest')
      .summary('print the probes and times that fit')
      .description(
        'Prints the probes, the health check and the grace period that fit the configuration, with the reasons.',
      ),
  )
    .option('--sidecar', "for Probity in somebody else's pod")
    .addOption(
      program.createOption('--patch <container>', 'as a patch of kustomize, for that container').conflicts('sidecar'),
    )
    .option('--json', 'stanzas and reasons as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity manifest --config probity.yaml
  $ probity manifest --sidecar
  $ probity manifest --patch shop > deploy/probes.yaml`,
    )
    .action(ending(async (options: ManifestArguments) => (await import('../manifest.ts')).manifest(options)));
