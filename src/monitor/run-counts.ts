import type { CheckStatus, Reason } from '../../generated/contract/types.gen.ts';
import { createDistribution, type Distribution } from './distribution.ts';
import type { CheckObserver } from './observer.ts';

/** What has happened to one check since the start. */
interface CheckCounts {
  /** Of its runs, in seconds. */
  readonly durations: Distribution;
  /** How often it became each status. */
  readonly transitions: Readonly<Record<Exclude<CheckStatus, 'pending'>, number>>;
  /** How many runs did not end well, by reason; a reason that never was is absent. */
  readonly failures: ReadonlyMap<Reason, number>;
}

/** Counts from the start on: whoever asks first, however late, misses nothing. */
export interface RunCounts extends CheckObserver {
  of(check: string): CheckCounts;
}

/**
 * In seconds. Round trips within a data centre take milliseconds; a deadline is one second unless the check says
 * otherwise, so 1 parts the answers that came in time from the runs that were given up.
 */
const durationBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export function createRunCounts(checks: readonly string[]): RunCounts {
  const counts = new Map(
    checks.map((check) => [
      check,
      {
        durations: createDistribution(durationBounds),
        transitions: { up: 0, down: 0 },
        failures: new Map<Reason, number>(),
      },
    ]),
  );
  const of = (check: string) => {
    const found = counts.get(check);
    if (found === undefined) throw new Error(`Expected the name of a check, got \`${check}\``);
    return found;
  };
  return {
    of,
    onRun({ name }, { durationMs, reason }) {
      const { durations, failures } = of(name);
      durations.observe(durationMs / 1_000);
      if (reason !== undefined) failures.set(reason, (failures.get(reason) ?? 0) + 1);
    },
    onTransition({ name }, _, { status }) {
      if (status !== 'pending') of(name).transitions[status] += 1;
    },
  };
}
