import type { Reason } from '../../generated/contract/types.gen.ts';
import { type Checker, CheckFailure } from '../checks/checker.ts';
import { type Clock, systemClock, type Timer } from '../clock.ts';
import { isBusy, isReason, type Outcome } from '../health/check-state.ts';
import { guarded } from './guarded.ts';

/** A run under way. */
export interface Run {
  /** Comes at the deadline at the latest, and never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Resolves when the checker itself has settled: not before may it be called again. */
  readonly settled: Promise<void>;
  /** Tells the checker to let go. */
  abort(): void;
}

export interface RunOptions {
  readonly checker: Checker;
  readonly timeoutMs: number;
  /** Whether a fault lies over the checker. */
  readonly simulated: boolean;
  readonly clock?: Clock;
  /** Takes the error itself, for the log at debug level: only its reason goes further. */
  onFailure(error: unknown): void;
}

/**
 * Runs a checker once: the only place with a deadline, and the only one where an error of a dependency becomes a value.
 * Whatever the checker does (throws, rejects with a string, settles late or never), the outcome is one value.
 */
export function run({ checker, timeoutMs, simulated, clock = systemClock, onFailure }: RunOptions): Run {
  const startedAt = clock.now();
  const controller = new AbortController();
  const outcomeOf = (reason?: Reason): Outcome => {
    const at = clock.now();
    const common = { simulated, at, durationMs: at - startedAt };
    if (reason === undefined) return { kind: 'ok', ...common };
    return { kind: isBusy(reason) ? 'busy' : 'failed', reason, ...common };
  };

  const answered = reasonOfRun(checker, controller.signal, onFailure);
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  const end = (reason: Reason | undefined): void => {
    deadline.clear();
    resolve(outcomeOf(reason));
  };
  const deadline = startDeadline(clock, timeoutMs, () => {
    // The outcome first: a checker that rejects when it is told to stop must not get to name the reason.
    end('timeout');
    controller.abort(new Error(`No answer within ${timeoutMs}ms`));
  });
  answered.then(end);
  return {
    outcome,
    settled: answered.then(() => undefined),
    abort() {
      end('unavailable');
      controller.abort(new Error('Stopping'));
    },
  };
}

/** A deadline that fires later than this says that the event loop was stuck. */
const lateMs = 20;

/**
 * After a stuck event loop the timers come first, and answers that were there in time come next: they get one more turn.
 * A conversation that could not go on in the meantime gets its time once more.
 */
function startDeadline(clock: Clock, timeoutMs: number, passed: () => void): { clear(): void } {
  const startedAt = clock.now();
  let overdue: Timer | undefined;
  const expire = (): void => {
    overdue = clock.setImmediate(passed);
  };
  let timer = clock.setTimeout(() => {
    if (clock.now() - startedAt < timeoutMs + lateMs) expire();
    else timer = clock.setTimeout(expire, timeoutMs);
  }, timeoutMs);
  return {
    clear() {
      clock.clearTimeout(timer);
      clock.clearImmediate(overdue);
    },
  };
}

/** Why the run failed, or nothing when it did not. */
async function reasonOfRun(
  checker: Checker,
  signal: AbortSignal,
  onFailure: RunOptions['onFailure'],
): Promise<Reason | undefined> {
  try {
    await checker.check(signal);
    return undefined;
  } catch (error) {
    const reason = explain(checker, error);
    guarded(() => onFailure(error));
    return reason;
  }
}

/** A checker's explanation is code of its own, and may fail as any other. */
function explain(checker: Checker, error: unknown): Reason {
  try {
    const reason = error instanceof CheckFailure ? error.reason : checker.explain(error);
    return isReason(reason) ? reason : 'unavailable';
  } catch {
    return 'unavailable';
  }
}
