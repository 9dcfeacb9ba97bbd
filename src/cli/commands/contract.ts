import type { Command } from 'commander';
import type { ContractArguments } from '../contract.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { ending } from '../support/exit.ts';

export function addContract(program: Command): void {
  const command = withContractOptions(
    program
      .command('contract')
      .summary('prove the contract and print it')
      .description('Proves the contract, and prints it or samples of its answers.')
      .helpCommand(false)
      .enablePositionalOptions(),
  )
    .option('--samples', 'what each probe answers in each state, as it was proved')
    .option('--json', 'samples as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity contract > openapi.json
  $ probity contract --contract openapi.yaml --samples
  $ probity contract diff released.yaml openapi.yaml`,
    )
    .action(ending(async (options: ContractArguments) => (await import('../contract.ts')).contract(options)));
  addDiff(command);
}

const addDiff = (contract: Command): void =>
  void contract
    .command('diff')
    .summary('say what a change of a document breaks')
    .description(
      'Says what a newer version of an OpenAPI document breaks for probers and for clients, one line each. Exits with 1 ' +
        'where something breaks, and with 0 where nothing does.',
    )
    .argument('<old>', 'the document as it was')
    .argument('<new>', 'the document as it is')
    .option('--json', 'findings as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ probity contract diff released.yaml openapi.yaml
  $ git show v1.2.0:openapi.yaml > /tmp/old.yaml; probity contract diff /tmp/old.yaml openapi.yaml --json`,
    )
    .action(
      ending(async (old: string, now: string, options: { json?: boolean }) =>
        (await import('../contract-diff.ts')).contractDiff(old, now, options),
      ),
    );
