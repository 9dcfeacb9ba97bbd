import { type Clock, systemClock } from '../base/clock.ts';
import { plainError } from '../base/errors.ts';
import type { CheckState } from '../health/check-state.ts';
import type { Checker } from '../health/checker.ts';
import type { CheckRules } from '../health/rules.ts';
import { createCanary } from './canary.ts';
import { createPace } from './pace.ts';
import { type Run, run } from './run.ts';
import { safely } from './safely.ts';
import { isRefused } from './schedule.ts';
import { createStanding } from './standing.ts';
import { createWaiters } from './waiters.ts';

/** One check under watch. */
export interface Watch {
  start(): void;
  state(): CheckState;
  /** Runs the check at once; resolves when a result from now on has passed the thresholds. */
  recheck(): Promise<void>;
  /** Ends the runs and closes the checker. */
  stop(): Promise<void>;
}

interface WatchOptions {
  readonly checker: Checker;
  readonly rules: CheckRules;
  readonly clock?: Clock;
  /** The checker with the fault of the moment laid over it; nothing when none is simulated. */
  faulty(): Checker | undefined;
  onOutcome(before: CheckState, after: CheckState): void;
  /** Takes the error of a failed run, for the log at debug level. */
  onFailure(error: unknown): void;
}

/**
 * Closes a checker, which has as long as a run has: one of somebody else's may never be done with it.
 *
 * @throws Error when its time is over, or what it fails with
 */
async function closed(checker: Checker, withinMs: number, clock: Clock): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = clock.setTimeout(
    () => reject(plainError('PROBITY_CLOSE', `Not closed within ${withinMs} ms`)),
    withinMs,
  );
  try {
    await Promise.race([checker.close?.(), late]);
  } finally {
    clock.clearTimeout(timer);
  }
}

/** Watches one check in the background, one run at a time. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: the parts of a watch, and how they are joined
export function watchCheck(options: WatchOptions): Watch {
  const { checker, rules, faulty, onOutcome, onFailure, clock = systemClock } = options;
  const waiters = createWaiters();
  const standing = createStanding({ checker, rules, clock, onChange: onOutcome });
  const { mayHang = false } = checker;
  const pace = createPace({ rules, mayHang, clock, state: standing.state, begin: runOnce });
  const canary = createCanary({ checker, rules, clock, standing, runNow: pace.runNow, onFailure });
  let runs = 0;
  let current: Run | undefined;
  let isStopped = false;

  async function runOnce(): Promise<void> {
    const number = ++runs;
    const fault = faulty();
    const begun = run({
      checker: fault ?? canary.within(checker),
      timeoutMs: rules.timeoutMs,
      simulated: fault !== undefined,
      clock,
      onFailure,
    });
    current = begun;
    const outcome = await begun.outcome;
    if (isStopped) return;
    current = undefined;
    standing.take(outcome, canary.settle(outcome));
    if (standing.state().against === 0) waiters.release(number);
    await pace.settle(begun, outcome);
  }
  /**
   * A check that is down is on its way back already, and its own attempts make the driver speak. Refused credentials
   * slow the runs down, whatever the driver has to say of that.
   */
  function notice(): void {
    if (standing.isUp() && !isRefused(standing.state()) && !isStopped) pace.runSoon();
  }
  return {
    start() {
      safely(() => checker.watch?.(notice));
      pace.start();
      canary.start();
    },
    state: standing.shown,
    recheck() {
      if (isStopped) return Promise.resolve();
      const later = waiters.waitForRunAfter(runs);
      pace.runNow();
      return later;
    },
    async stop() {
      isStopped = true;
      for (const one of [pace, standing, canary]) one.stop();
      current?.abort();
      waiters.release(Number.POSITIVE_INFINITY);
      await closed(checker, rules.timeoutMs, clock);
    },
  };
}
