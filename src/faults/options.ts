import { rangeError } from '../base/errors.ts';
import { livenessTarget } from './control.ts';

export interface SimulationOptions {
  /** Whether failures of checks may be simulated; true when left out. */
  enabled?: boolean | undefined;
  /** Whether liveness may be failed on purpose as well, which restarts the pod. */
  liveness?: boolean | undefined;
}

/**
 * What may be simulated.
 *
 * @throws RangeError when a check has the name under which liveness is failed
 */
export function simulationOf(
  simulation: boolean | SimulationOptions,
  checks: readonly string[],
): { readonly enabled: boolean; readonly liveness: boolean } {
  const { enabled = true, liveness = false } = typeof simulation === 'boolean' ? { enabled: simulation } : simulation;
  if (enabled && liveness && checks.includes(livenessTarget))
    throw rangeError(
      'PROBITY_NAME',
      `Expected no check named \`${livenessTarget}\` while \`simulation.liveness\` is on`,
    );
  return { enabled, liveness: enabled && liveness };
}
