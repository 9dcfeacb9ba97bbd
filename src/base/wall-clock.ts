import { type Clock, systemClock } from './clock.ts';

/** A moment of the monotonic clock as milliseconds since 1970. For display alone: nothing is decided by it. */
export const wallClock = (monotonicMs: number, clock: Clock = systemClock): number =>
  clock.wall() + monotonicMs - clock.now();

/** The same in the form of the contract. */
export const shownTime = (monotonicMs: number, clock: Clock = systemClock): string =>
  new Date(wallClock(monotonicMs, clock)).toISOString();
