import type { Clock, Timer } from '../base/clock.ts';
import type { Outcome } from '../health/check-state.ts';
import { type Checker, CheckFailure } from '../health/checker.ts';
import type { CheckRules } from '../health/rules.ts';
import { type Run, run } from './run.ts';
import type { Standing } from './standing.ts';

/**
 * Tries a fresh connection now and then, of a check whose runs keep theirs: a rotated password or a full server shows
 * only to who connects anew. While the check is down nothing is tried, as its runs connect themselves.
 */
interface Canary {
  start(): void;
  /** What the next run is made with: while one is due that is required, the run takes a fresh connection as well. */
  within(checker: Checker): Checker;
  /** Takes the outcome of the run; says whether it took a fresh connection as well. */
  settle(outcome: Outcome): boolean;
  stop(): void;
}

interface CanarySetup {
  readonly checker: Checker;
  readonly rules: CheckRules;
  readonly clock: Clock;
  readonly standing: Pick<Standing, 'isUp' | 'canary' | 'tried'>;
  /** Starts a run of the check at once. */
  runNow(): void;
  onFailure(error: unknown): void;
}

/** Until the next one after a failure: what was mended is not called broken for minutes. */
const retryMs = 30_000;

export function createCanary(options: CanarySetup): Canary {
  const { checker, rules, clock, standing, runNow } = options;
  const { everyMs, required } = rules.canary ?? { everyMs: 0, required: false };
  /** Whether a run is to take a fresh connection, and whether the one under way has come that far. */
  let isDue = false;
  let isTaken = false;
  let current: Run | undefined;
  let timer: Timer | undefined;
  let isStopped = false;

  const dial = async (): Promise<void> => {
    current = dialling(options);
    const outcome = await current.outcome;
    current = undefined;
    if (!isStopped && standing.isUp()) standing.tried(outcome);
  };
  const tick = async (): Promise<void> => {
    if (required) isDue = true;
    if (standing.isUp()) await (required ? runNow() : dial());
    if (!isStopped) schedule(nextMs(standing.canary(), everyMs));
  };
  const schedule = (ms: number): void => {
    timer = clock.setTimeout(() => void tick(), ms).unref();
  };
  return {
    start() {
      // Over the whole period, so that replicas that start together don't connect together.
      if (checker.fresh !== undefined && rules.canary !== undefined) schedule(clock.random() * everyMs);
    },
    within(base) {
      isTaken = false;
      return isDue ? withFresh(base, checker, () => (isTaken = true)) : base;
    },
    settle(outcome) {
      const wasTaken = isTaken;
      isTaken = false;
      if (wasTaken) isDue = outcome.kind !== 'ok';
      return wasTaken;
    },
    stop() {
      isStopped = true;
      clock.clearTimeout(timer);
      current?.abort();
    },
  };
}

/** A run of a fresh connection alone. */
function dialling({ checker, rules: { timeoutMs }, clock, onFailure }: CanarySetup): Run {
  const check = async (signal: AbortSignal): Promise<unknown> => checker.fresh?.(signal);
  return run({ checker: { ...checker, check }, timeoutMs, simulated: false, clock, onFailure });
}

/** Refused credentials are not tried more often than that: it could lock an account. */
const nextMs = (latest: Outcome | undefined, everyMs: number): number =>
  latest === undefined || latest.kind === 'ok' || latest.reason === 'auth' ? everyMs : Math.min(everyMs, retryMs);

/**
 * What a run does, and then a fresh connection.
 *
 * @param onTaken called when the run begins its fresh connection
 */
function withFresh(base: Checker, checker: Checker, onTaken: () => void): Checker {
  const check = async (signal: AbortSignal): Promise<unknown> => {
    const result = await base.check(signal);
    if (signal.aborted) throw signal.reason;
    onTaken();
    try {
      await checker.fresh?.(signal);
    } catch (error) {
      throw new CheckFailure(checker.explain(error), 'A fresh connection failed', { cause: error });
    }
    return result;
  };
  return { ...base, check };
}
