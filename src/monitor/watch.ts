import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { agedCheckState, type CheckState, initialCheckState, nextCheckState, staleAt } from '../health/check-state.ts';
import type { Checker } from '../health/checker.ts';
import { withOutlook } from '../health/outlook.ts';
import type { CheckRules } from '../health/rules.ts';
import { createCanary } from './canary.ts';
import { guarded } from './guarded.ts';
import { createLeftBehind } from './left-behind.ts';
import { type Run, run } from './run.ts';
import { earlyDelayMs, isRefused, nextTick, noticeGapMs } from './schedule.ts';
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

export interface WatchOptions {
  readonly checker: Checker;
  readonly rules: CheckRules;
  readonly clock?: Clock;
  /** The checker with the fault of the moment laid over it; nothing when none is simulated. */
  faulty(): Checker | undefined;
  onOutcome(before: CheckState, after: CheckState): void;
  /** Takes the error of a failed run, for the log at debug level. */
  onFailure(error: unknown): void;
}

/** Watches one check in the background, one run at a time. */
export function watchCheck(options: WatchOptions): Watch {
  const { checker, rules, faulty, onOutcome, onFailure, clock = systemClock } = options;
  let state = initialCheckState(clock.now());
  let shown = state;
  let failures = 0;
  let runs = 0;
  let tick = 0;
  let running = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let current: Run | undefined;
  let again: 'now' | 'soon' | undefined;
  let stopped = false;
  let nextRun: Timer | undefined;
  let staleness: Timer | undefined;
  const waiters = createWaiters();

  const become = (after: CheckState): void => {
    if (after.status === 'up' && state.status !== 'up') canary.forget();
    state = after;
    show();
  };
  const show = (): void => {
    const before = shown;
    const latest = canary.latest();
    const outlook = { ...(latest && { canary: latest }), ...certificateOf(checker) };
    shown = withOutlook(state, outlook, rules, clock.wall());
    onOutcome(before, shown);
  };

  const runOnce = async (): Promise<void> => {
    const number = ++runs;
    running = true;
    startedAt = clock.now();
    again = undefined;
    const fault = faulty();
    const simulated = fault !== undefined;
    current = run({
      checker: fault ?? canary.within(checker),
      timeoutMs: rules.timeoutMs,
      simulated,
      clock,
      onFailure,
    });
    const outcome = await current.outcome;
    if (stopped) return;
    canary.settle(outcome);
    failures = outcome.kind === 'failed' ? failures + 1 : 0;
    become(nextCheckState(state, outcome, rules));
    age();
    if (state.against === 0) waiters.release(number);
    // A run that ignores its deadline is not joined by another one, unless that may last for ever: its check ages.
    await (checker.mayHang ? leftBehind.letGo(current, outcome) : current.settled);
    running = false;
    current = undefined;
    schedule();
  };

  const schedule = (): void => {
    if (stopped) return;
    const now = clock.now();
    tick = nextTick(tick, rules.intervalMs, now);
    const untilTick = tick - now;
    const usual = earlyDelayMs(state, rules, failures, clock.random()) ?? untilTick;
    const delay = again === undefined ? usual : Math.min(usual, again === 'now' ? 0 : startedAt + noticeGapMs - now);
    // A notice may come long after the run that it is to keep its distance from.
    nextRun = clock.setTimeout(runOnce, Math.max(0, delay, leftBehind.pauseMs(again === 'now'))).unref();
  };

  const reschedule = (): void => {
    if (running || stopped) return;
    clock.clearTimeout(nextRun);
    schedule();
  };
  const leftBehind = createLeftBehind(reschedule, clock);

  /** Lets an up check go stale in time, unless another outcome comes first. */
  const age = (): void => {
    clock.clearTimeout(staleness);
    if (stopped) return;
    const now = clock.now();
    const aged = agedCheckState(state, rules, now);
    if (aged !== state) become(aged);
    if (state.status === 'up') staleness = clock.setTimeout(age, staleAt(state, rules) - now).unref();
  };

  const runNow = (): void => {
    again = 'now';
    if (running || stopped) return;
    clock.clearTimeout(nextRun);
    if (leftBehind.pauseMs(true) > 0) schedule();
    else void runOnce();
  };

  const isUp = (): boolean => state.status === 'up';
  const canary = createCanary({ checker, rules, clock, isUp, runNow, onOutcome: show, onFailure });

  /**
   * A check that is down is on its way back already, and its own attempts make the driver speak. Refused credentials
   * slow the runs down, whatever the driver has to say of that.
   */
  const notice = (): void => {
    if (state.status !== 'up' || isRefused(state) || stopped) return;
    again ??= 'soon';
    reschedule();
  };

  return {
    start() {
      tick = clock.now() + clock.random() * rules.intervalMs;
      guarded(() => checker.watch?.(notice));
      runNow();
      canary.start();
    },
    state: () => shown,
    recheck() {
      if (stopped) return Promise.resolve();
      const later = waiters.waitForRunAfter(runs);
      runNow();
      return later;
    },
    async stop() {
      stopped = true;
      clock.clearTimeout(nextRun);
      clock.clearTimeout(staleness);
      current?.abort();
      canary.stop();
      waiters.release(Number.POSITIVE_INFINITY);
      await checker.close?.();
    },
  };
}

/** What a checker says may be anything, or an error; what is no moment is not known. */
function certificateOf(checker: Checker): { certificateExpiry?: number } {
  let expiry: number | undefined;
  guarded(() => {
    expiry = checker.certificateExpiry?.();
  });
  return expiry !== undefined && Math.abs(expiry) <= latestMoment ? { certificateExpiry: expiry } : {};
}

/** The last moment that a Date can tell. */
const latestMoment = 8.64e15;
