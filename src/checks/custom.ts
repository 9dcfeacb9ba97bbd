import type { CheckDefinition, Checker, CheckOptions } from './checker.ts';
import { explainNetworkError } from './reason.ts';

/** A check of the application's own: makes one round trip, and rejects when the dependency is not well. */
export type CheckFunction = (signal: AbortSignal) => Promise<unknown>;

export const customChecker = (check: CheckFunction): Checker => ({
  check,
  explain: explainNetworkError,
  mayHang: true,
});

/** A check of the application's own, with how it is run. */
export const custom = (check: CheckFunction, options: CheckOptions = {}): CheckDefinition => ({
  ...options,
  checker: customChecker(check),
});
