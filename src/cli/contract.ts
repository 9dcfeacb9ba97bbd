import type { Sample } from '../probes/proof.ts';
import { proved } from './proved.ts';
import { type ContractOptions, settingsFor } from './support/contract-settings.ts';
import { exitCodes } from './support/exit.ts';

export interface ContractArguments extends ContractOptions {
  readonly samples?: boolean;
  readonly json?: boolean;
}

/** Proves the contract in force, and prints it or samples of its answers. */
export async function contract({ samples, json, ...options }: ContractArguments): Promise<number> {
  const { contract: inForce, samples: answers } = await proved(await settingsFor(options));
  if (!samples) console.log(JSON.stringify(inForce.document, null, 2));
  else if (json) console.log(JSON.stringify(answers.map(plain), null, 2));
  else for (const sample of answers) console.log(line(sample));
  return exitCodes.ok;
}

const plain = ({ operation, state, answer }: Sample): object => ({
  operation: operation.id,
  method: operation.method.toUpperCase(),
  path: operation.path,
  state,
  ...answer,
});

const line = ({ operation, state, answer }: Sample): string =>
  [`GET ${operation.path} while ${state}:`, answer.status, answer.body?.toString().trim().replaceAll('\n', ' | ')]
    .filter((part) => part !== undefined)
    .join(' ');
