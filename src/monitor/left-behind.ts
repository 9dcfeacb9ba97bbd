import type { Clock } from '../base/clock.ts';
import type { Outcome } from '../health/check-state.ts';
import type { Run } from './run.ts';
import { confirmMs } from './schedule.ts';

/** The runs of a function that has not settled although its signal was aborted: nobody waits for them. */
interface LeftBehind {
  /** Resolves when the run has settled, or has been left behind. */
  letGo(run: Run, outcome: Outcome): Promise<void>;
  /** In how many milliseconds the next run may begin; one that somebody waits for minds only how many were left behind. */
  pauseMs(isAwaited: boolean): number;
}

/** So many are left behind at once: each may hold whatever the function got hold of. */
const most = 5;

/** What has not settled by then never will, and counts no more. */
const forgottenMs = 180_000;

/** The second run confirms the first; from then on the pauses grow, so fast that there are never too many left behind. */
const firstPauseMs = 5_000;
const growth = 12;
const longestPauseMs = 60_000;

/** @param onSettled called when one that was left behind has settled after all: what it waited for may be back */
export function createLeftBehind(onSettled: () => void, clock: Clock): LeftBehind {
  const left = new Set<{ readonly since: number }>();
  let inARow = 0;
  let latestAt = 0;

  const leave = (run: Run): void => {
    latestAt = clock.now();
    inARow += 1;
    const entry = { since: latestAt };
    left.add(entry);
    void run.settled.then(() => {
      if (!left.delete(entry)) return;
      inARow = 0;
      onSettled();
    });
  };

  return {
    async letGo(run, { reason }) {
      // Only the deadline comes before the run itself has settled.
      if (reason !== 'timeout' || (await settlesSoon(run, clock))) inARow = 0;
      else leave(run);
    },
    pauseMs(isAwaited) {
      const now = clock.now();
      for (const entry of left) if (now - entry.since >= forgottenMs) left.delete(entry);
      const [oldest] = left;
      const untilForgotten = oldest === undefined || left.size < most ? 0 : oldest.since + forgottenMs - now;
      if (isAwaited || inARow < 2) return untilForgotten;
      const pause = Math.min(firstPauseMs * growth ** (inARow - 2), longestPauseMs);
      return Math.max(untilForgotten, latestAt + pause - now);
    },
  };
}

/** What listens to its signal settles within a turn or two. */
async function settlesSoon({ settled }: Run, clock: Clock): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = clock.setTimeout(() => resolve(false), confirmMs);
  const isSettled = await Promise.race([settled.then(() => true), late]);
  clock.clearTimeout(timer);
  return isSettled;
}
