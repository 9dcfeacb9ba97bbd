/** How many may be taken at once, and how many more each second. */
const burst = 10;
const perSecond = 1;

/** One for all callers: its state does not grow with their number. */
interface TokenBucket {
  /** Takes one; 0, or the seconds until there is one again. */
  take(nowMs: number): number;
}

export function createTokenBucket(): TokenBucket {
  let left = burst;
  let filledAt = Number.NEGATIVE_INFINITY;
  return {
    take(nowMs) {
      left = Math.min(burst, left + ((nowMs - filledAt) / 1_000) * perSecond);
      filledAt = nowMs;
      if (left < 1) return Math.max(1, Math.ceil((1 - left) / perSecond));
      left -= 1;
      return 0;
    },
  };
}
