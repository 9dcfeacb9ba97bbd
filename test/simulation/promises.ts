import type { Reason } from '../../generated/contract/types.gen.ts';
import type { ActiveFault } from '../../src/faults/state.ts';
import { isBusy } from '../../src/health/check-state.ts';
import type { CheckRules } from '../../src/health/rules.ts';
import { newsWithinMs } from './dependency.ts';
import type { Behaviour } from './script.ts';

/** What a dependency is to those who ask it now, whatever the service has seen of it. */
export type Truth =
  /** Every run ends well, within so many milliseconds. */
  | { readonly is: 'well'; readonly withinMs: number }
  /** Every run fails, within so many milliseconds; `stays` says that runs may stay behind, and `isRefused` that logins do. */
  | { readonly is: 'dead'; readonly withinMs: number; readonly stays: boolean; readonly isRefused: boolean }
  /** Neither, so nothing is promised. */
  | { readonly is: 'unclear' };

const unclear: Truth = { is: 'unclear' };
const dead = (withinMs: number, more: { stays?: boolean; isRefused?: boolean } = {}): Truth => ({
  is: 'dead',
  withinMs,
  stays: false,
  isRefused: false,
  ...more,
});

export function truthOf(behaviour: Behaviour, active: ActiveFault | undefined, { timeoutMs }: CheckRules): Truth {
  const own = ownTruth(behaviour, timeoutMs);
  switch (active?.fault.kind) {
    case undefined:
      return own;
    case 'outage':
      return dead(0);
    case 'hang':
      return dead(timeoutMs);
    case 'latency':
      return delayed(own, active.fault.delayMs + (active.fault.jitterMs ?? 0), timeoutMs);
    case 'flap':
    case 'error':
      return own.is === 'dead' ? own : unclear;
  }
}

function ownTruth(behaviour: Behaviour, timeoutMs: number): Truth {
  if (behaviour.kind === 'hangs') return dead(timeoutMs);
  if (behaviour.kind === 'deaf') return dead(timeoutMs, { stays: true });
  if (behaviour.kind === 'throws') return dead(0);
  if (behaviour.kind === 'fails') {
    const { reason, withinMs } = behaviour;
    return isBusy(reason) ? unclear : dead(withinMs, { isRefused: reason === 'auth' });
  }
  return delayed({ is: 'well', withinMs: behaviour.withinMs }, 0, timeoutMs);
}

/** One that answers at the last moment may be too late for the deadline. */
function delayed(truth: Truth, ms: number, timeoutMs: number): Truth {
  if (truth.is === 'dead') return { ...truth, withinMs: Math.min(truth.withinMs + ms, timeoutMs) };
  if (truth.is === 'unclear' || truth.withinMs + ms > timeoutMs * 0.6) return unclear;
  return { is: 'well', withinMs: truth.withinMs + ms };
}

/** One truth after another of the same kind: nobody can say which of them a run has met. */
export function slower(before: Truth, after: Truth): Truth {
  if (before.is === 'unclear' || after.is === 'unclear') return after;
  const withinMs = Math.max(before.withinMs, after.withinMs);
  if (before.is === 'well' || after.is === 'well') return { ...after, withinMs };
  return { ...after, withinMs, stays: before.stays || after.stays, isRefused: before.isRefused || after.isRefused };
}

/** What timers and turns of the loop may add to a wait, in milliseconds. */
const slopMs = 5;
const confirmMs = 20;
const noticeGapMs = 50;
/** A run that does not let go is left behind after so long. */
const letGoMs = 20;
const jitter = 1.2;

/** A run that began before is over by then. */
const underWayMs = ({ timeoutMs }: CheckRules): number => timeoutMs + letGoMs + slopMs;
const roundMs = ({ intervalMs }: CheckRules): number => intervalMs + Math.min(intervalMs / 2, 100) + slopMs;
const loginPauseMs = ({ intervalMs }: CheckRules): number => jitter * Math.max(60_000, intervalMs);

/** How long a check that was up may still be up after everything that it asks has died. */
export function downWithinMs(
  rules: CheckRules,
  truth: Truth & { is: 'dead' },
  isTold: boolean,
  mayHang: boolean,
): number {
  const { failAfter, staleAfterMs } = rules;
  const begins = isTold ? newsWithinMs + noticeGapMs + slopMs : roundMs(rules);
  const runs = failAfter * (truth.withinMs + confirmMs + slopMs);
  return underWayMs(rules) + begins + runs + pausesMs();

  function pausesMs(): number {
    if (truth.isRefused) return (failAfter - 1) * loginPauseMs(rules) + staleAfterMs;
    if (!truth.stays) return 0;
    // Some are left behind with growing pauses; a kind that never is goes stale.
    return mayHang ? failAfter * letGoMs + Math.max(0, failAfter - 2) * 60_000 : staleAfterMs;
  }
}

/**
 * How long a check that is not up may stay so after everything is well again.
 *
 * @param before what the last run before came to; `ok` when it ended well, and `asked` when somebody has asked for a run
 */
export function upWithinMs(rules: CheckRules, truth: Truth & { is: 'well' }, before: Reason | 'ok' | 'asked'): number {
  return underWayMs(rules) + newsWithinMs + pauseMs() + rules.recoverAfter * (truth.withinMs + confirmMs + slopMs);

  function pauseMs(): number {
    if (before === 'asked') return slopMs;
    if (before === 'auth') return loginPauseMs(rules) + slopMs;
    if (before === 'ok' || isBusy(before)) return roundMs(rules);
    return jitter * Math.min(1_000, rules.intervalMs) + slopMs;
  }
}

/** After a failure the next fresh connection comes that soon at the earliest. */
export const canaryRetryMs = 30_000;

/** How long it may take until what a fresh connection would come to is told, while the runs are well. */
export function warnedWithinMs(rules: CheckRules): number {
  const { canary: { everyMs } = { everyMs: 0 }, recoverAfter, timeoutMs } = rules;
  return 2 * everyMs + loginPauseMs(rules) + roundMs(rules) + (recoverAfter + 2) * (timeoutMs + confirmMs + slopMs);
}
