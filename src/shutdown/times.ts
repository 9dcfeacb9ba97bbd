import { type Duration, milliseconds } from '../base/duration.ts';
import { rangeError } from '../base/errors.ts';
import { defaultShutdown } from './defaults.ts';

/** How long a shutdown takes, both counted from the signal: the deadline includes the drain. */
interface ShutdownTimes {
  readonly drainMs: number;
  readonly deadlineMs: number;
}

/**
 * The times of a shutdown in milliseconds, with the defaults filled in.
 *
 * @throws RangeError when a time is no duration, or the deadline would come before the drain has ended.
 */
export function shutdownTimes(options: {
  drainDelay?: Duration | undefined;
  deadline?: Duration | undefined;
}): ShutdownTimes {
  const drainMs = milliseconds('shutdown.drainDelay', options.drainDelay ?? defaultShutdown.drainDelay);
  const deadlineMs = milliseconds('shutdown.deadline', options.deadline ?? defaultShutdown.deadline);
  if (deadlineMs > drainMs) return { drainMs, deadlineMs };
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`shutdown.deadline\` to be longer than \`drainDelay\` (${drainMs}ms), got \`${deadlineMs}ms\``,
  );
}
