import type { Command } from 'commander';
import { withContractOptions } from '../support/contract-options.ts';
import type { ContractOptions } from '../support/contract-settings.ts';

export const addServe = (program: Command): void =>
  void withContractOptions(
    program
      .command('serve')
      .summary('run the service')
      .description('Watches the configured dependencies and answers probes.'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ DATABASE_URL=postgres://user:password@127.0.0.1:5432/shop probity serve
  $ probity serve --config probity.yaml
  $ probity serve --contract openapi.yaml --merge`,
    )
    .action(async (options: ContractOptions) => {
      const { serve } = await import('../serve.ts');
      process.exit(await serve({ ...options, env: process.env }));
    });
