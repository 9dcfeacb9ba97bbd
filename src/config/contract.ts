import { builtinContract } from '../contract/builtin.ts';
import type { Contract } from '../contract/contract.ts';
import { simulationOf } from '../faults/options.ts';
import { ConfigError } from './error.ts';
import type { Settings } from './settings.ts';

/**
 * The contract that a configuration asks for. What reads documents is loaded for one of the user's own alone.
 *
 * @param unwritten what files say that are not written yet, by path
 */
export async function contractOf(settings: Settings, unwritten?: ReadonlyMap<string, string>): Promise<Contract> {
  const { contract: file, contractFolder: folder, overlays, mergeContract: merge } = settings;
  const checks = Object.keys(settings.checks);
  const simulation = simulationOf(settings.simulation, checks).enabled;
  if (file === undefined) {
    if (overlays !== undefined)
      throw new ConfigError(
        'overlays',
        'expected `contract` (or --contract) beside, the document that they are laid over',
      );
    return builtinContract(simulation);
  }
  const { loadContract } = await import('../contract/custom/load.ts');
  return loadContract({ file, folder, overlays, unwritten, merge, simulation, checks });
}
