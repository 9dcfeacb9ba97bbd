import type { Command } from 'commander';
import type { ContractArguments } from '../contract.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { ending } from '../support/exit.ts';

export const addContract = (program: Command): void =>
  void withContractOptions(
    program
      .command('contract')
      .summary('prove the contract and print it')
      .description('Proves the contract, and prints it or samples of its answers.'),
  )
    .option('--samples', 'what each probe answers in each state, as it was proved')
    .option('--json', 'samples as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity contract > openapi.json
  $ probity contract --contract openapi.yaml --samples`,
    )
    .action(ending(async (options: ContractArguments) => (await import('../contract.ts')).contract(options)));
