import { type Checker, CheckFailure } from '../checks/checker.ts';

/** Failures on purpose, by check. Each ends by itself. */
export interface Faults {
  set(check: string): void;
  clear(check: string): void;
  /** The checker with the check's fault laid over it; nothing when there is none. */
  overlay(check: string): Checker | undefined;
  /** Ends everything, without a notice. */
  stop(): void;
}

/** A fault that everybody has forgotten ends after a quarter of an hour. */
const timeToLiveMs = 15 * 60_000;

/** @param onExpiry called with the check's name when its fault has ended by itself */
export function createFaults(onExpiry: (check: string) => void): Faults {
  const expiries = new Map<string, NodeJS.Timeout>();
  const clear = (check: string): void => {
    clearTimeout(expiries.get(check));
    expiries.delete(check);
  };
  return {
    set(check) {
      clear(check);
      const expire = (): void => {
        clear(check);
        onExpiry(check);
      };
      expiries.set(check, setTimeout(expire, timeToLiveMs).unref());
    },
    clear,
    overlay: (check) => (expiries.has(check) ? outage : undefined),
    stop() {
      for (const check of expiries.keys()) clear(check);
    },
  };
}

const outage: Checker = {
  async check() {
    throw new CheckFailure('unavailable', 'Simulated outage');
  },
  explain: () => 'unavailable',
};
