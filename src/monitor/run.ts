import type { Facts, Reason } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import { Degraded, factsOf, proveWell } from '../checks/kit/result.ts';
import { whyOf } from '../checks/kit/why.ts';
import { isBusy, isReason, type Outcome } from '../health/check-state.ts';
import { type Checker, CheckFailure } from '../health/checker.ts';
import { safely } from './safely.ts';

/** A run under way. */
export interface Run {
  /** Comes at the deadline at the latest, and never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Resolves when the checker itself has settled: not before may it be called again. */
  readonly settled: Promise<void>;
  /** Tells the checker to let go. */
  abort(): void;
}

interface RunOptions {
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
  const finished = resultOf(checker, controller.signal, onFailure);
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  const end = (result: Result): void => {
    deadline.clear();
    const at = clock.now();
    resolve({ ...result, simulated, at, durationMs: at - startedAt });
  };
  const deadline = startDeadline(clock, timeoutMs, () => {
    // The outcome first: a checker that rejects when it is told to stop must not get to name the reason.
    const why = `No answer within ${timeoutMs}ms`;
    end({ kind: 'failed', reason: 'timeout', why });
    controller.abort(new Error(why));
  });
  finished.then(end);
  return {
    outcome,
    settled: finished.then(() => undefined),
    abort() {
      end({ kind: 'failed', reason: 'unavailable' });
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

/** The outcome of a run without its times. */
type Result = Pick<Outcome, 'kind' | 'reason' | 'why' | 'facts'>;

async function resultOf(checker: Checker, signal: AbortSignal, onFailure: RunOptions['onFailure']): Promise<Result> {
  let facts: { facts?: Facts } = {};
  try {
    const result = await checker.check(signal);
    const given = factsOf(result);
    if (given !== undefined) facts = { facts: given };
    proveWell(result);
    return { kind: 'ok', ...(result instanceof Degraded && saying(result.reason, result)), ...facts };
  } catch (error) {
    const reason = explain(checker, error);
    safely(() => onFailure(error));
    return { kind: isBusy(reason) ? 'busy' : 'failed', ...saying(reason, error), ...facts };
  }
}

function saying(reason: Reason, said: unknown): Pick<Outcome, 'reason' | 'why'> {
  const why = whyOf(said);
  return { reason, ...(why === undefined ? {} : { why }) };
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
