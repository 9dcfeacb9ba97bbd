import type { Clock, Timer } from '../base/clock.ts';
import type { CheckState, Outcome } from '../health/check-state.ts';
import type { CheckRules } from '../health/rules.ts';
import { createLeftBehind } from './left-behind.ts';
import type { Run } from './run.ts';
import { earlyDelayMs, nextTick, noticeGapMs } from './schedule.ts';

/** When the runs of a check begin, one at a time. */
interface Pace {
  /** Begins a run at once; from then on they come at every interval. */
  start(): void;
  /** Begins a run at once, or right after the one under way. */
  runNow(): void;
  /** Begins the next run early, but not right after another one. */
  runSoon(): void;
  /** Takes the outcome of the run under way; the next one is planned once the checker is free for it. */
  settle(run: Run, outcome: Outcome): Promise<void>;
  stop(): void;
}

interface PaceOptions {
  readonly rules: CheckRules;
  /** Whether a run may ignore its signal, and go on for ever. */
  readonly mayHang: boolean;
  readonly clock: Clock;
  /** The state that decides how soon an attempt is due. */
  state(): CheckState;
  /** Begins a run. */
  begin(): void;
}

type PaceState =
  | { readonly kind: 'resting'; readonly timer?: Timer }
  | { readonly kind: 'running' }
  | { readonly kind: 'stopped' };

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one state, and every way in which it changes
export function createPace({ rules, mayHang, clock, state, begin }: PaceOptions): Pace {
  const leftBehind = createLeftBehind(replan, clock);
  let phase: PaceState = { kind: 'resting' };
  let wish: 'now' | 'soon' | undefined;
  let begunAt = Number.NEGATIVE_INFINITY;
  let tick = 0;
  let failures = 0;

  function untilNext(): number {
    const now = clock.now();
    tick = nextTick(tick, rules.intervalMs, now);
    const usual = earlyDelayMs(state(), rules, failures, clock.random()) ?? tick - now;
    const wished = { now: 0, soon: begunAt + noticeGapMs - now };
    const delay = wish === undefined ? usual : Math.min(usual, wished[wish]);
    // A notice may come long after the run that it is to keep its distance from.
    return Math.max(0, delay, leftBehind.pauseMs(wish === 'now'));
  }
  function plan(): void {
    phase = { kind: 'resting', timer: clock.setTimeout(go, untilNext()).unref() };
  }
  function replan(): void {
    if (phase.kind !== 'resting') return;
    clock.clearTimeout(phase.timer);
    plan();
  }
  function go(): void {
    phase = { kind: 'running' };
    begunAt = clock.now();
    wish = undefined;
    begin();
  }
  function runNow(): void {
    wish = 'now';
    if (phase.kind !== 'resting') return;
    clock.clearTimeout(phase.timer);
    if (leftBehind.pauseMs(true) > 0) plan();
    else go();
  }
  return {
    start() {
      tick = clock.now() + clock.random() * rules.intervalMs;
      runNow();
    },
    runNow,
    runSoon() {
      wish ??= 'soon';
      replan();
    },
    async settle(run, outcome) {
      failures = outcome.kind === 'failed' ? failures + 1 : 0;
      // A run that ignores its deadline is not joined by another one, unless that may last for ever: its check ages.
      await (mayHang ? leftBehind.letGo(run, outcome) : run.settled);
      if (phase.kind === 'running') plan();
    },
    stop() {
      if (phase.kind === 'resting') clock.clearTimeout(phase.timer);
      phase = { kind: 'stopped' };
    },
  };
}
