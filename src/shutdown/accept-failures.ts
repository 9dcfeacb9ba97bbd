import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { atMostEvery } from '../base/at-most-every.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';

const lookEveryMs = 1_000;
const logEveryMs = 60_000;

/** Connections that Node could not accept. */
export interface AcceptFailures {
  /** Logs a failure that a server has reported. */
  report(code: string | undefined): void;
  stop(): void;
}

/**
 * Logs once a minute that connections cannot be accepted. Without a free descriptor libuv closes most of them and
 * reports nothing, so whether there is one is tried.
 */
export function watchAcceptFailures(log: Log, clock: Clock): AcceptFailures {
  const report = atMostEvery(logEveryMs, clock, (code: string | undefined) =>
    log.error({ code }, 'connections cannot be accepted'),
  );
  const look = (): void => {
    try {
      closeSync(openSync(devNull, 'r'));
    } catch (error) {
      report((error as NodeJS.ErrnoException).code);
    }
  };
  const timer = clock.setInterval(look, lookEveryMs).unref();
  return { report, stop: () => clock.clearTimeout(timer) };
}
