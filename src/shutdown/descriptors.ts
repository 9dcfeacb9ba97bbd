import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

const lookEveryMs = 1_000;
const tellEveryMs = 60_000;

/** Calls `work` at once, and then not again for so long. */
export function seldom<Args extends unknown[]>(
  work: (...args: Args) => void,
  everyMs: number,
  now: () => number,
): (...args: Args) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (now() - last < everyMs) return;
    last = now();
    work(...args);
  };
}

/** Connections that cannot be taken. */
export interface Refusals {
  /** Tells of one that came to an error. */
  refused(code: string | undefined): void;
  stop(): void;
}

/**
 * Logs once a minute that connections cannot be taken. Without a descriptor libuv closes them mostly without a word, so
 * whether there is one is tried.
 */
export function watchRefusals(log: Log, clock: Clock): Refusals {
  const refused = seldom(
    (code: string | undefined) => log.error({ code }, 'connections cannot be accepted'),
    tellEveryMs,
    clock.now,
  );
  const look = (): void => {
    try {
      closeSync(openSync(devNull, 'r'));
    } catch (error) {
      refused((error as NodeJS.ErrnoException).code);
    }
  };
  const timer = clock.setInterval(look, lookEveryMs).unref();
  return { refused, stop: () => clock.clearTimeout(timer) };
}
