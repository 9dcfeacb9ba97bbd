import type { Facts, Reason } from '../../../generated/contract/types.gen.ts';
import { CheckFailure } from '../../health/checker.ts';

/** What a check may resolve to when it has more to say than that all is well; anything else means just that. */
export interface CheckResult {
  /** `false` fails the run. */
  readonly ok?: boolean | undefined;
  /** `false`, a word such as `down`, `error`, `fail` or `unhealthy`, or an HTTP status from 400 on fails the run. */
  readonly status?: string | number | boolean | undefined;
  /** What operators may want to know beside: at most 16 short strings, numbers and booleans. The rest is left out. */
  readonly facts?: Facts | undefined;
}

/** A result of a check of Probity's own that is well, but not all well. */
export class Degraded {
  readonly reason: Reason;
  readonly message: string;

  constructor(reason: Reason, message: string) {
    this.reason = reason;
    this.message = message;
  }
}

/**
 * Whether a check that has resolved says that all is well.
 *
 * @throws CheckFailure when it says no, or the error that it is
 */
export function proveWell(result: unknown): void {
  if (result instanceof Error) throw result;
  if (result === false) throw new CheckFailure('unavailable', 'The check resolved to false');
  if (typeof result !== 'object' || result === null) return;
  for (const name of ['ok', 'status'] as const) {
    const value: unknown = name in result ? (result as CheckResult)[name] : undefined;
    if (saysNo(name, value)) throw new CheckFailure('unavailable', `The check resolved to ${name}: ${shown(value)}`);
  }
}

/** The words that are in use for it: health checks of other libraries, and those of the IETF's draft. */
const no =
  /^(false|no|not ok|nok|ko|down|off|offline|error|err|fail|failed|failing|failure|unhealthy|unavailable|not[ _-]?(ready|serving|available)|critical|out[ _-]of[ _-]service|outage|dead|disconnected)$/i;

function saysNo(name: 'ok' | 'status', value: unknown): boolean {
  if (value === false) return true;
  if (typeof value === 'string') return no.test(value.trim());
  // MongoDB says `ok: 0`; a status is one of HTTP, as in the response that fetch resolves to.
  return typeof value === 'number' && (name === 'ok' ? value === 0 : value >= 400 && value <= 599);
}

const shown = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 30) : String(value));

const mostFacts = 16;
const longestFact = 100;
const factName = /^[A-Za-z][A-Za-z0-9_.-]{0,62}$/;

/** The facts that a check gives, as far as they are short enough to be shown. */
export function factsOf(result: unknown): Facts | undefined {
  const given: unknown = typeof result === 'object' && result !== null && 'facts' in result ? result.facts : undefined;
  if (typeof given !== 'object' || given === null) return undefined;
  const facts = Object.entries(given)
    .filter(([name, value]) => factName.test(name) && isFact(value))
    .slice(0, mostFacts)
    .map(([name, value]) => [name, typeof value === 'string' ? shortened(value) : value]);
  return facts.length === 0 ? undefined : Object.fromEntries(facts);
}

/** By characters, not by halves of them. */
const shortened = (text: string): string => [...text.slice(0, 2 * longestFact)].slice(0, longestFact).join('');

const isFact = (value: unknown): value is string | number | boolean =>
  typeof value === 'boolean' || Number.isFinite(value) || (typeof value === 'string' && /^\P{C}+$/u.test(value));
