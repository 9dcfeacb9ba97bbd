import { typeError } from '../../base/errors.ts';
import { type Known, refuseUnknown } from '../../base/known-options.ts';
import type { CheckOptions } from '../../health/checker.ts';

/** The options of every check. */
export const runOptions: Known<CheckOptions> = {
  label: true,
  requiredFor: true,
  interval: true,
  timeout: true,
  staleAfter: true,
  failAfter: true,
  recoverAfter: true,
  canary: true,
  certificateDays: true,
};

/**
 * Refuses what a kind of check has no option for.
 *
 * @throws TypeError naming the option
 */
export function proveOptions(options: object, own: Readonly<Record<string, true>> = {}): void {
  refuseUnknown('', options, { ...own, ...runOptions });
  if (!('writable' in options) || options.writable === undefined || typeof options.writable === 'boolean') return;
  throw typeError('PROBITY_OPTION', `Expected \`writable\` to be true or false, got \`${options.writable}\``);
}
