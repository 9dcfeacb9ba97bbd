import { contractOf } from '../config/contract.ts';
import { secured } from '../contract/security.ts';
import { rulesOf } from '../health/rules.ts';
import { prove, type Sample } from '../probes/proof.ts';
import { type ContractOptions, settingsFor } from './support/contract-settings.ts';
import { exitCodes } from './support/exit.ts';

export interface ContractArguments extends ContractOptions {
  readonly samples?: boolean;
  readonly json?: boolean;
}

/** Proves the contract in force, and prints it or samples of its answers. */
export async function contract({ samples, json, ...options }: ContractArguments): Promise<number> {
  const settings = await settingsFor(options);
  const inForce = secured(await contractOf(settings), settings.access ?? {});
  const checks = Object.entries(settings.checks).map(([name, check]) => ({ name, rules: rulesOf(name, check) }));
  const proved = prove(inForce, checks);
  if (!samples) console.log(JSON.stringify(inForce.document, null, 2));
  else if (json) console.log(JSON.stringify(proved.map(plain), null, 2));
  else for (const sample of proved) console.log(line(sample));
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
