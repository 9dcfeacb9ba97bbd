import type { Clock, Timer } from '../base/clock.ts';
import type { Outcome } from '../health/check-state.ts';
import { type Checker, CheckFailure } from '../health/checker.ts';
import type { CheckRules } from '../health/rules.ts';
import { type Run, run } from './run.ts';

/**
 * Tries a fresh connection now and then, of a check whose runs keep theirs: a rotated password or a full server shows
 * only to who connects anew. While the check is down nothing is tried, as its runs connect themselves.
 */
export interface Canary {
  start(): void;
  /** What the latest one came to; nothing before the first, and after the check has come back. */
  latest(): Outcome | undefined;
  /** What the next run is made with: while one is due that is required, the run takes a fresh connection as well. */
  within(checker: Checker): Checker;
  /** Takes what the run came to. */
  settle(outcome: Outcome): void;
  /** A check that comes back has connected anew: what failed before that is no news any more. */
  forget(): void;
  stop(): void;
}

export interface CanaryOptions {
  readonly checker: Checker;
  readonly rules: CheckRules;
  readonly clock: Clock;
  isUp(): boolean;
  /** Starts a run of the check at once. */
  runNow(): void;
  /** Called when `latest` has changed outside a run. */
  onOutcome(): void;
  onFailure(error: unknown): void;
}

/** Until the next one after a failure: what was mended is not called broken for minutes. */
const retryMs = 30_000;

export function createCanary(options: CanaryOptions): Canary {
  const { checker, rules, clock, isUp, runNow, onOutcome, onFailure } = options;
  const { everyMs, required } = rules.canary ?? { everyMs: 0, required: false };
  let latest: Outcome | undefined;
  /** Whether a run is to take a fresh connection, and whether the one under way has come that far. */
  let isDue = false;
  let isTaken = false;
  let current: Run | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  const fresh = async (signal: AbortSignal): Promise<unknown> => checker.fresh?.(signal);

  const dial = async (): Promise<void> => {
    const { timeoutMs } = rules;
    current = run({ checker: { ...checker, check: fresh }, timeoutMs, simulated: false, clock, onFailure });
    const outcome = await current.outcome;
    current = undefined;
    if (isStopped || !isUp()) return;
    latest = outcome;
    onOutcome();
  };

  const tick = async (): Promise<void> => {
    if (required) {
      isDue = true;
      if (isUp()) runNow();
    } else if (isUp()) {
      await dial();
    }
    if (!isStopped) schedule(nextMs());
  };
  const schedule = (ms: number): void => {
    timer = clock.setTimeout(() => void tick(), ms).unref();
  };
  /** Refused credentials are not tried more often than that: it could lock an account. */
  const nextMs = (): number =>
    latest === undefined || latest.kind === 'ok' || latest.reason === 'auth' ? everyMs : Math.min(everyMs, retryMs);

  return {
    start() {
      // Over the whole period, so that replicas that start together don't connect together.
      if (checker.fresh !== undefined && rules.canary !== undefined) schedule(clock.random() * everyMs);
    },
    latest: () => latest,
    within(base) {
      isTaken = false;
      if (!isDue) return base;
      const check = async (signal: AbortSignal): Promise<unknown> => {
        const result = await base.check(signal);
        if (signal.aborted) throw signal.reason;
        isTaken = true;
        await fresh(signal).catch((error) => {
          throw new CheckFailure(checker.explain(error), 'A fresh connection failed', { cause: error });
        });
        return result;
      };
      return { ...base, check };
    },
    settle(outcome) {
      if (!isTaken) return;
      isTaken = false;
      isDue = outcome.kind !== 'ok';
      latest = outcome;
    },
    forget() {
      if (latest?.kind !== 'ok') latest = undefined;
    },
    stop() {
      isStopped = true;
      clock.clearTimeout(timer);
      current?.abort();
    },
  };
}
