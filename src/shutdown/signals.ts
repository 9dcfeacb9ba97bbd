import { rangeError } from '../base/errors.ts';

/** Beyond SIGTERM and SIGINT: for a terminal that goes away, and for images with another STOPSIGNAL. */
const further = ['SIGHUP', 'SIGQUIT'] as const;
export type FurtherSignal = (typeof further)[number];

/** @throws RangeError when a signal is none that asks a process to end */
export function proveSignals(signals: readonly FurtherSignal[]): void {
  for (const signal of signals) {
    if (further.includes(signal)) continue;
    throw rangeError(
      'PROBITY_OPTION',
      `Expected \`shutdown.signals\` to name ${further.join(' or ')}, got \`${signal}\``,
    );
  }
}

/**
 * Calls `first` with the first SIGTERM, SIGINT or further signal. The second one ends the process at once: who asks twice
 * does not want to wait.
 *
 * @returns the function that leaves the signals alone again
 */
export function onSignal(first: (signal: NodeJS.Signals) => void, signals: readonly FurtherSignal[] = []): () => void {
  let asked = false;
  const take = (signal: NodeJS.Signals): void => {
    if (asked) process.exit(1);
    asked = true;
    first(signal);
  };
  const all = new Set<NodeJS.Signals>(['SIGTERM', 'SIGINT', ...signals]);
  for (const signal of all) process.on(signal, take);
  return () => {
    for (const signal of all) process.off(signal, take);
  };
}

/**
 * Unhandled rejections come here as well: Node makes uncaught errors of them unless somebody handles them.
 *
 * @returns the function that leaves them to Node again
 */
export function onUncaught(take: (error: unknown) => void): () => void {
  process.on('uncaughtException', take);
  return () => void process.off('uncaughtException', take);
}
