import type { RequiredFor } from '../../generated/contract/types.gen.ts';
import type { CheckOptions } from '../checks/checker.ts';
import { type Duration, longestMs, milliseconds } from '../duration.ts';
import { isPlain, oneLine } from '../shown.ts';

/** How one check is run and judged. Times are in milliseconds. */
export interface CheckRules {
  readonly label: string;
  readonly requiredFor: RequiredFor;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly staleAfterMs: number;
  readonly failAfter: number;
  readonly recoverAfter: number;
}

interface DefaultRules {
  readonly requiredFor: RequiredFor;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly failAfter: number;
  readonly recoverAfter: number;
}

/** The only place where these defaults stand; the configuration's schema repeats them for readers, held by a test. */
export const defaultRules: DefaultRules = {
  requiredFor: 'readiness',
  interval: '5s',
  timeout: '1s',
  failAfter: 2,
  recoverAfter: 2,
};

/**
 * The rules of the check `name`, with the defaults filled in.
 *
 * @throws RangeError naming the check, the option and the value.
 */
export function rulesOf(name: string, options: CheckOptions): CheckRules {
  if (!namePattern.test(name))
    throw new RangeError(`Expected the name of a check to match ${namePattern}, got \`${oneLine(name)}\``);
  const place = (option: string): string => `checks.${name}.${option}`;
  const intervalMs = milliseconds(place('interval'), options.interval ?? defaultRules.interval);
  const timeoutMs = milliseconds(place('timeout'), options.timeout ?? defaultRules.timeout);
  return {
    label: label(place('label'), options.label ?? labelOf(name)),
    requiredFor: requiredFor(place('requiredFor'), options.requiredFor ?? defaultRules.requiredFor),
    intervalMs,
    timeoutMs,
    staleAfterMs: staleAfterMs(place('staleAfter'), options, intervalMs + timeoutMs),
    failAfter: count(place('failAfter'), options.failAfter ?? defaultRules.failAfter),
    recoverAfter: count(place('recoverAfter'), options.recoverAfter ?? defaultRules.recoverAfter),
  };
}

/** Three missed rounds. A budget shorter than one round would let a healthy check go stale between two runs. */
function staleAfterMs(place: string, options: CheckOptions, roundMs: number): number {
  if (options.staleAfter === undefined) return Math.min(3 * roundMs, longestMs);
  const ms = milliseconds(place, options.staleAfter);
  if (ms >= roundMs) return ms;
  throw new RangeError(`Expected \`${place}\` to be at least interval + timeout (${roundMs}ms), got \`${ms}ms\``);
}

/** Names stand in URLs, metrics and YAML keys; the contract's `CheckName` says the same, held by a test. */
export const namePattern: RegExp = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** A reply that names several checks must stay short. */
function label(place: string, value: string): string {
  if (/^.{1,100}$/u.test(value) && isPlain(value)) return value;
  throw new RangeError(
    `Expected \`${place}\` to be one line of at most 100 characters, got \`${oneLine(String(value))}\``,
  );
}

const requirements = { readiness: true, startup: true, nothing: true } as const satisfies Record<RequiredFor, true>;

function requiredFor(place: string, value: RequiredFor): RequiredFor {
  if (Object.hasOwn(requirements, value)) return value;
  throw new RangeError(`Expected \`${place}\` to be readiness, startup or nothing, got \`${value}\``);
}

/** As in openapi/config.yaml: who asks for more does not want the check to go down at all. */
const mostRuns = 1_000;

function count(place: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= mostRuns) return value;
  throw new RangeError(`Expected \`${place}\` to be a whole number from 1 to ${mostRuns}, got \`${value}\``);
}

/** `external_service` is read as "External service". */
function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
