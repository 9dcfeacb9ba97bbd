import type { Clock, Timer } from '../base/clock.ts';
import type { Outcome } from '../health/check-state.ts';
import { agedCheckState, type CheckState, initialCheckState, nextCheckState, staleAt } from '../health/check-state.ts';
import type { Checker } from '../health/checker.ts';
import { withOutlook } from '../health/outlook.ts';
import type { CheckRules } from '../health/rules.ts';
import { safely } from './safely.ts';

/** How a check stands: what its runs have shown, and what is known of the connections to come. */
export interface Standing {
  /** By the runs alone. */
  state(): CheckState;
  isUp(): boolean;
  /** With the outlook. */
  shown(): CheckState;
  /** @param isFresh whether the run took a fresh connection as well */
  take(outcome: Outcome, isFresh: boolean): void;
  /** Takes the outcome of a fresh connection beside the runs. */
  tried(outcome: Outcome): void;
  /** The outcome of the latest fresh connection; nothing before the first, and after the check has come back. */
  canary(): Outcome | undefined;
  stop(): void;
}

interface StandingOptions {
  readonly checker: Pick<Checker, 'certificateExpiry'>;
  readonly rules: CheckRules;
  readonly clock: Clock;
  /** Called with what was shown and what now is. */
  onChange(before: CheckState, after: CheckState): void;
}

export function createStanding({ checker, rules, clock, onChange }: StandingOptions): Standing {
  let state = initialCheckState(clock.now());
  let shown = state;
  let canary: Outcome | undefined;
  let staleness: Timer | undefined;

  const show = (): void => {
    const before = shown;
    shown = withOutlook(state, { ...(canary && { canary }), ...certificateOf(checker) }, rules, clock.wall());
    onChange(before, shown);
  };
  const become = (after: CheckState): void => {
    // A check that comes back has connected anew: what failed before that is no news any more.
    if (after.status === 'up' && state.status !== 'up' && canary?.kind !== 'ok') canary = undefined;
    state = after;
    show();
  };
  /** Lets an up check go stale in time, unless another outcome comes first. */
  const age = (): void => {
    clock.clearTimeout(staleness);
    const now = clock.now();
    const aged = agedCheckState(state, rules, now);
    if (aged !== state) become(aged);
    if (state.status === 'up') staleness = clock.setTimeout(age, staleAt(state, rules) - now).unref();
  };
  return {
    state: () => state,
    isUp: () => state.status === 'up',
    shown: () => shown,
    take(outcome, isFresh) {
      if (isFresh) canary = outcome;
      become(nextCheckState(state, outcome, rules));
      age();
    },
    tried(outcome) {
      canary = outcome;
      show();
    },
    canary: () => canary,
    stop: () => clock.clearTimeout(staleness),
  };
}

/** What a checker says may be anything, or an error; what is no moment is not known. */
function certificateOf(checker: StandingOptions['checker']): { certificateExpiry?: number } {
  let expiry: number | undefined;
  safely(() => {
    expiry = checker.certificateExpiry?.();
  });
  return expiry !== undefined && Math.abs(expiry) <= latestMoment ? { certificateExpiry: expiry } : {};
}

/** The last moment that a Date can tell. */
const latestMoment = 8.64e15;
