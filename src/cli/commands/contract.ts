import type { Command } from 'commander';
import { reasons } from '../../health/check-state.ts';
import type { Sample } from '../../probes/proof.ts';
import { withContractOptions } from '../support/contract-options.ts';
import { type ContractOptions, settingsFor } from '../support/contract-settings.ts';
import { ending, exitCodes } from '../support/exit.ts';
import { proved } from '../support/proved.ts';
import { addContractDiff } from './contract-diff.ts';

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
    .action(ending(contract));
  addContractDiff(command);
}

interface ContractArguments extends ContractOptions {
  readonly samples?: boolean;
  readonly json?: boolean;
}

/** Proves the contract in force, and prints it or samples of its answers. */
async function contract({ samples, json, ...options }: ContractArguments): Promise<number> {
  const { contract: inForce, samples: answers } = await proved(await settingsFor(options));
  if (!samples) console.log(JSON.stringify(inForce.document, null, 2));
  else if (json) console.log(JSON.stringify(answers.map(plain), null, 2));
  else for (const line of lines(answers)) console.log(line);
  return exitCodes.ok;
}

const plain = ({ operation, state, answer }: Sample): object => ({
  operation: operation.id,
  method: operation.method.toUpperCase(),
  path: operation.path,
  state,
  ...answer,
});

/** A line for each answer, with the states that are answered so. */
function lines(samples: readonly Sample[]): string[] {
  const groups = new Map<string, string[]>();
  for (const { operation, state, answer } of samples) {
    const { status, headers, body } = answer;
    const shown = body?.toString().trim().replaceAll('\n', ' | ');
    const line = [operation.method.toUpperCase(), operation.path, status, shown].filter((part) => part !== undefined);
    const key = JSON.stringify([line.join(' '), headers]);
    groups.set(key, [...(groups.get(key) ?? []), state]);
  }
  return [...groups].map(([key, states]) => `${JSON.parse(key)[0]} while ${listed(states)}`);
}

/** The states that differ by a reason alone are one. */
function listed(states: readonly string[]): string {
  const wordsOf = new Map<string, string[]>();
  for (const state of states) {
    const [, common = state, reason] = /^(.*) for the reason (.*)$/.exec(state) ?? [];
    wordsOf.set(common, [...(wordsOf.get(common) ?? []), ...(reason === undefined ? [] : [reason])]);
  }
  return [...wordsOf].map(([common, words]) => common + ofReasons(words)).join('; ');
}

function ofReasons(words: readonly string[]): string {
  if (words.length === 0) return '';
  const others = reasons.filter((reason) => !words.includes(reason));
  if (others.length === 0) return ' for any reason';
  return others.length < words.length
    ? ` for any reason but ${others.join(', ')}`
    : ` for the reason ${words.join(', ')}`;
}
