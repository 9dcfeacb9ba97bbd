import type { Command } from 'commander';
import type { AdoptArguments } from '../adopt.ts';
import { ending } from '../support/exit.ts';

export const addAdopt = (program: Command): void =>
  void program
    .command('adopt')
    .summary('add probes to an OpenAPI document')
    .description(
      'Adds to a document what it lacks for operations to be probes: the operation, its x-probe, a 503. Prints the ' +
        'difference, and proves what comes of it. Without paths it takes those that look like probes.',
    )
    .argument('<file>', 'an OpenAPI document, in YAML or JSON')
    .option('--liveness <path>', 'the path of the liveness probe, as under paths')
    .option('--readiness <path>', 'that of the readiness probe')
    .option('--startup <path>', 'that of the startup probe')
    .addOption(program.createOption('--write', 'write it into the file').conflicts('overlay'))
    .option('--overlay [file]', 'write an overlay instead, to standard output where no file is named')
    .option('--config <file>', 'the configuration to prove it with; ./probity.yaml where there is one')
    .option('--contract-folder <folder>', "where the document's $refs may lead; its own folder when left out")
    .addHelpText(
      'after',
      `
Examples:
  $ probity adopt openapi.yaml
  $ probity adopt openapi.yaml --liveness /livez --readiness /readyz --write
  $ probity adopt openapi.json --readiness /healthz --overlay probes.overlay.yaml`,
    )
    .action(
      ending(async (file: string, options: AdoptArguments) => (await import('../adopt.ts')).adopt(file, options)),
    );
