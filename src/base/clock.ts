/** A timer that has been set. */
export interface Timer {
  /** It no longer keeps the process alive by itself. */
  unref(): this;
}

export interface Timeout extends Timer {
  /** Begins anew, whether it has fired or not. */
  refresh(): this;
}

/** Time and chance, as everything that acts by itself is handed them: so a test can let an hour pass in a moment. */
export interface Clock {
  /** Milliseconds on the monotonic clock. */
  now(): number;
  /** Milliseconds since 1970. For display, and for certificates, which know no other time: nothing else is decided by it. */
  wall(): number;
  /** From 0 up to 1. */
  random(): number;
  setTimeout(work: () => void, ms: number): Timeout;
  /** Ends an interval as well. */
  clearTimeout(timeout: Timer | undefined): void;
  setInterval(work: () => void, ms: number): Timer;
  /** Calls when the present turn of the event loop is over. */
  setImmediate(work: () => void): Timer;
  clearImmediate(immediate: Timer | undefined): void;
}

/** The clock of the machine. Every function is looked up when it is called, as a test may have replaced it. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timeout) => clearTimeout(timeout as NodeJS.Timeout | undefined),
  setInterval: (work, ms) => setInterval(work, ms),
  setImmediate: (work) => setImmediate(work),
  clearImmediate: (immediate) => clearImmediate(immediate as NodeJS.Immediate | undefined),
};
