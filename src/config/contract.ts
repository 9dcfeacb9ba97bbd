import { builtinContract } from '../contract/builtin.ts';
import type { Contract } from '../contract/contract.ts';
import type { Settings } from './settings.ts';

/** The contract that a configuration asks for. What reads documents is loaded for one of the user's own alone. */
export async function contractOf({ contract, mergeContract, simulation, checks }: Settings): Promise<Contract> {
  if (contract === undefined) return builtinContract(simulation);
  const { loadContract } = await import('../contract/custom/load.ts');
  return loadContract({ file: contract, merge: mergeContract, simulation, checks: Object.keys(checks) });
}
