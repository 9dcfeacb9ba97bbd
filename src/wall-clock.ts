/** A moment of the monotonic clock as milliseconds since 1970. For display alone: nothing is decided by it. */
export const wallClock = (monotonicMs: number): number => Date.now() + monotonicMs - performance.now();

/** The same in the form of the contract. */
export const shownTime = (monotonicMs: number): string => new Date(wallClock(monotonicMs)).toISOString();
