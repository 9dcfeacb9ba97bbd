import type { Fault } from '../../generated/contract/types.gen.ts';
import type { Clock } from '../base/clock.ts';
import { type Checker, CheckFailure } from '../health/checker.ts';
import type { ActiveFault } from './state.ts';

interface OverlayOptions {
  readonly active: ActiveFault;
  readonly checker: Checker;
  /** Aborted when the fault ends: what it held up goes on at once, with what `next` gives. */
  readonly ended: AbortSignal;
  /** The checker with the fault that has taken the place of this one, if there is one. */
  next(): Checker;
  readonly clock: Clock;
}

/** The checker with a fault laid over it: its deadline, thresholds and transitions are those of the real one. */
export function overlay({ active, checker, ended, next, clock }: OverlayOptions): Checker {
  return {
    async check(signal) {
      const effect = effectOf(active.fault, clock.now() - active.setAt, clock.random);
      if (effect === 'fail') throw new CheckFailure('unavailable', `Simulated ${active.fault.kind}`);
      if (effect > 0) await wait(effect, ended, signal, clock);
      return (ended.aborted ? next() : checker).check(signal);
    },
    explain: (error) => checker.explain(error),
  };
}

/** What becomes of a run: it fails, or it waits for so many milliseconds and is a real one then. */
function effectOf(fault: Fault, ageMs: number, random: () => number): 'fail' | number {
  switch (fault.kind) {
    case 'outage':
      return 'fail';
    case 'hang':
      return Number.POSITIVE_INFINITY;
    case 'latency':
      return Math.max(0, fault.delayMs + (2 * random() - 1) * (fault.jitterMs ?? 0));
    case 'flap':
      return ageMs % fault.periodMs < fault.periodMs / 2 ? 0 : 'fail';
    case 'error':
      return random() < fault.probability ? 'fail' : 0;
  }
}

/** Resolves after so many milliseconds or when the fault ends, and rejects when the run is aborted. */
function wait(ms: number, ended: AbortSignal, signal: AbortSignal, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(() => settle(resolve), ms).unref();
    const goOn = (): void => settle(resolve);
    const letGo = (): void => settle(() => reject(signal.reason));
    const settle = (how: () => void): void => {
      clock.clearTimeout(timer);
      ended.removeEventListener('abort', goOn);
      signal.removeEventListener('abort', letGo);
      how();
    };
    ended.addEventListener('abort', goOn);
    signal.addEventListener('abort', letGo);
    if (signal.aborted) letGo();
  });
}
