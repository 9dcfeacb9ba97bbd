import { type Duration, milliseconds } from '../../base/duration.ts';
import { typeError } from '../../base/errors.ts';
import type { EventListener } from '../../base/event-listener.ts';
import { type Checker, CheckFailure } from '../../health/checker.ts';

/** What is borrowed, as far as it is listened to. */
export interface Borrowed {
  on(event: string | symbol, listener: EventListener): unknown;
  off(event: string | symbol, listener: EventListener): unknown;
}

/** Listens to what is borrowed; returns the function that takes every listener off again. */
export function listenTo(borrowed: Borrowed, listeners: Readonly<Record<string | symbol, EventListener>>): () => void {
  const entries = Reflect.ownKeys(listeners).map(
    (event) => [event, listeners[event as string] as EventListener] as const,
  );
  for (const [event, listener] of entries) borrowed.on(event, listener);
  return () => {
    for (const [event, listener] of entries) borrowed.off(event, listener);
  };
}

/** How a client of the application's own is watched. It is never configured and never closed. */
export interface BorrowedOptions {
  /**
   * Liveness fails, with the reason `wedged`, when the check has failed for this long while a fresh connection to the
   * same dependency works: only a restart mends a client that is stuck. Never, when left out.
   */
  escalateAfter?: Duration | undefined;
}

/**
 * A round trip on a client that cannot be told to stop. While one is under way, later runs join it: a client that hangs
 * is not handed a further command with every run.
 */
export function joined<Value>(work: () => Promise<Value>): () => Promise<Value> {
  let underWay: Promise<Value> | undefined;
  return () => {
    underWay ??= work().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** How long the verdict of a fresh connection holds: a dependency that is down is not dialled more often. */
const verdictHoldsMs = 10_000;

/** What the client gets beyond the time of a fresh connection before it counts as stuck. */
const graceMs = 100;

/**
 * The checker, which fails as `wedged` once it has failed for `escalateAfter` while a fresh connection works. A saturated
 * pool counts: one whose slots have leaked is the usual wedge, and stays saturated for ever.
 */
export function escalating(checker: Checker, escalateAfter: Duration | undefined): Checker {
  if (escalateAfter === undefined) return checker;
  const limitMs = milliseconds('escalateAfter', escalateAfter);
  const { fresh } = checker;
  if (fresh === undefined)
    throw typeError('PROBITY_OPTION', 'Expected no `escalateAfter`, as the client does not tell how it connects');
  let failingSince: number | undefined;
  let verdict: { at: number; works: boolean } | undefined;

  const freshWorks = async (signal: AbortSignal): Promise<boolean> => {
    if (verdict !== undefined && performance.now() - verdict.at < verdictHoldsMs) return verdict.works;
    const works = await fresh(signal).then(
      () => true,
      () => false,
    );
    verdict = { at: performance.now(), works };
    return works;
  };

  const checkOrEscalate = async (signal: AbortSignal): Promise<unknown> => {
    const own = new AbortController();
    const check = checker.check(AbortSignal.any([signal, own.signal]));
    const failed = check.then(
      () => false,
      () => true,
    );
    if (!(await freshWorks(signal)) || !(await Promise.race([failed, grace()]))) return check;
    own.abort(new Error('The client is wedged'));
    throw new CheckFailure('wedged', 'A fresh connection works where this client has failed for too long');
  };

  return {
    ...checker,
    async check(signal) {
      const isDue = failingSince !== undefined && performance.now() - failingSince >= limitMs;
      try {
        const value = await (isDue ? checkOrEscalate(signal) : checker.check(signal));
        failingSince = undefined;
        verdict = undefined;
        return value;
      } catch (error) {
        failingSince ??= performance.now();
        throw error;
      }
    },
  };
}

const grace = (): Promise<true> => new Promise((resolve) => setTimeout(() => resolve(true), graceMs).unref());
