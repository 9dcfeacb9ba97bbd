import { typeError } from '../base/errors.ts';
import type { CheckDefinition, Checker, CheckOptions } from '../health/checker.ts';
import { proveOptions } from './kit/options.ts';
import { explainNetworkError } from './kit/reason.ts';

/**
 * A check of the application's own: makes one round trip, and rejects when the dependency is not well. It fails as well
 * when it resolves to `false`, to an error, or to something whose `ok` or `status` says no, as a {@link CheckResult} may.
 */
export type CheckFunction = (signal: AbortSignal) => Promise<unknown>;

export const customChecker = (check: CheckFunction): Checker => ({
  check,
  explain: explainNetworkError,
  mayHang: true,
});

/** A check of the application's own, with how it is run. */
export function custom(check: CheckFunction, options: CheckOptions = {}): CheckDefinition {
  if (typeof check !== 'function')
    throw typeError('PROBITY_OPTION', `Expected an async function, got \`${String(check)}\``);
  proveOptions(options);
  return { ...options, checker: customChecker(check) };
}
