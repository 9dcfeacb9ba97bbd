/**
 * Calls code that is not the monitor's own (a log, a listener, a driver). What it throws becomes a warning of the process
 * and stops nothing: checking goes on.
 */
export function safely(work: () => void): void {
  try {
    work();
  } catch (error) {
    warn(error);
  }
}

/** One function that calls all of them: one that throws keeps none of the others from being called. */
export function allSafely<Args extends readonly unknown[]>(
  listeners: readonly ((...args: Args) => void)[],
): (...args: Args) => void {
  return (...args) => {
    for (const listener of listeners) {
      try {
        listener(...args);
      } catch (error) {
        warn(error);
      }
    }
  };
}

const warn = (error: unknown): void => process.emitWarning(error instanceof Error ? error : String(error));
