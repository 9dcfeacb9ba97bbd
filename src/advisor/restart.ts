import { stallVisibleMs } from '../monitor/process.ts';
import { patienceMs, type Repetition } from './defaults.ts';

/** When a liveness probe restarts a container, in milliseconds. */
export interface RestartTimes {
  /** A pause of the event loop that is not longer than that restarts nothing, whenever it begins. */
  readonly shortestPauseMs: number;
  /** What passes until a process that is stuck for good is killed: at the least, and at the most. */
  readonly replacedMs: readonly [number, number];
}

/**
 * The probes that time out in a pause are not the only ones that fail: past `maxStallMs` the process says 503 for
 * `stallVisibleMs` more, so a pause that ends has failed all that were asked from its beginning until then.
 *
 * `min((n − 1) × period + timeout, max(maxEventLoopDelay, (n − 1) × period − 10 s))`
 *
 * What is stuck for good may just have been asked: `n × period + timeout`. It does not hear SIGTERM, so the whole grace
 * period passes as well.
 */
export function restartTimes(repetition: Repetition, maxStallMs: number, graceMs: number): RestartTimes {
  const { periodMs, failures } = repetition;
  const silence = patienceMs(repetition);
  const visible = Math.max(maxStallMs, (failures - 1) * periodMs - stallVisibleMs);
  return {
    shortestPauseMs: Math.min(silence, visible),
    replacedMs: [silence + graceMs, silence + periodMs + graceMs],
  };
}
