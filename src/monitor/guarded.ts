/**
 * Calls code that is not the monitor's own (a log, a listener, a driver). What it throws is told as a warning of the
 * process and stops nothing: checking goes on.
 */
export function guarded(work: () => void): void {
  try {
    work();
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}
