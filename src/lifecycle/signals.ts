/**
 * Calls `first` with the first SIGTERM or SIGINT. The second one ends the process at once: who asks twice does not want
 * to wait.
 */
export function onSignal(first: (signal: NodeJS.Signals) => void): void {
  let asked = false;
  const take = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    first(signal);
  };
  process.on('SIGTERM', take).on('SIGINT', take);
}

/** Unhandled rejections come here as well: Node makes uncaught errors of them unless somebody handles them. */
export function onUncaught(take: (error: unknown) => void): void {
  process.on('uncaughtException', take);
}
