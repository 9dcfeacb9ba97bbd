import { exitCodes } from './exit.ts';

const end = (): never => process.exit(exitCodes.ok);

/**
 * Lets SIGTERM and SIGINT end the process while there is nothing to end in order. The first process of a container has no
 * default for them: it would be killed after its whole grace period.
 */
export function endAtOnce(): void {
  process.on('SIGTERM', end).on('SIGINT', end);
}

/** Somebody else takes care of them from now on. */
export function endInOrder(): void {
  process.off('SIGTERM', end).off('SIGINT', end);
}
