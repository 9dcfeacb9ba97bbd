import type { RequiredFor } from '../../generated/contract/types.gen.ts';
import { type Duration, longestMs, milliseconds } from '../base/duration.ts';
import { rangeError } from '../base/errors.ts';
import { isPlain, oneLine } from '../base/shown.ts';
import type { CheckOptions } from './checker.ts';

/** How one check is run and judged. Times are in milliseconds. */
export interface CheckRules {
  readonly label: string;
  readonly requiredFor: RequiredFor;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly staleAfterMs: number;
  readonly failAfter: number;
  readonly recoverAfter: number;
  /** Absent when no fresh connection is to be tried. */
  readonly canary?: CanaryRules;
  readonly certificateDays: number;
}

export interface CanaryRules {
  readonly everyMs: number;
  readonly required: boolean;
}

interface DefaultRules {
  readonly requiredFor: RequiredFor;
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly failAfter: number;
  readonly recoverAfter: number;
  readonly canary: Duration;
  readonly certificateDays: number;
}

/** The only place where these defaults stand; the configuration's schema repeats them for readers, held by a test. */
export const defaultRules: DefaultRules = {
  requiredFor: 'readiness',
  interval: '5s',
  timeout: '1s',
  failAfter: 2,
  recoverAfter: 2,
  canary: '5m',
  certificateDays: 14,
};

/**
 * The rules of the check `name`, with the defaults filled in.
 *
 * @throws RangeError naming the check, the option and the value.
 */
export function rulesOf(name: string, options: CheckOptions): CheckRules {
  if (!namePattern.test(name))
    throw rangeError('PROBITY_NAME', `Expected the name of a check to match ${namePattern}, got \`${oneLine(name)}\``);
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
    ...canary(place('canary'), options.canary ?? defaultRules.canary),
    certificateDays: days(place('certificateDays'), options.certificateDays ?? defaultRules.certificateDays),
  };
}

/** Three missed rounds. A budget shorter than one round would let a healthy check go stale between two runs. */
function staleAfterMs(place: string, options: CheckOptions, roundMs: number): number {
  if (options.staleAfter === undefined) return Math.min(3 * roundMs, longestMs);
  const ms = milliseconds(place, options.staleAfter);
  if (ms >= roundMs) return ms;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${place}\` to be at least interval + timeout (${roundMs}ms), got \`${ms}ms\``,
  );
}

function canary(place: string, option: NonNullable<CheckOptions['canary']>): Pick<CheckRules, 'canary'> {
  if (option === false) return {};
  if (typeof option === 'string' || typeof option === 'number')
    return { canary: { everyMs: milliseconds(place, option), required: false } };
  if (typeof option !== 'object')
    throw rangeError('PROBITY_OPTION', `Expected \`${place}\` to be a duration, false or an object, got \`${option}\``);
  const { every = defaultRules.canary, required = false, ...others } = option;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw rangeError(
      'PROBITY_UNKNOWN_OPTION',
      `Expected \`${place}\` to have every and required alone, got \`${unknown}\``,
    );
  if (typeof required !== 'boolean')
    throw rangeError('PROBITY_OPTION', `Expected \`${place}.required\` to be true or false, got \`${required}\``);
  return { canary: { everyMs: milliseconds(`${place}.every`, every), required } };
}

function days(place: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value <= mostDays) return value;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${place}\` to be a whole number of days from 0 to ${mostDays}, got \`${value}\``,
  );
}

/** Ten years: no authority certifies for longer. */
const mostDays = 3_650;

/** Names stand in URLs, metrics and YAML keys; the contract's `CheckName` says the same, held by a test. */
export const namePattern: RegExp = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** A reply that names several checks must stay short. */
function label(place: string, value: string): string {
  if (/^.{1,100}$/u.test(value) && isPlain(value)) return value;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${place}\` to be one line of at most 100 characters, got \`${oneLine(String(value))}\``,
  );
}

const requirements = { readiness: true, startup: true, nothing: true } as const satisfies Record<RequiredFor, true>;

function requiredFor(place: string, value: RequiredFor): RequiredFor {
  if (Object.hasOwn(requirements, value)) return value;
  throw rangeError('PROBITY_OPTION', `Expected \`${place}\` to be readiness, startup or nothing, got \`${value}\``);
}

/** As in openapi/config.yaml: who asks for more does not want the check to go down at all. */
const mostRuns = 1_000;

function count(place: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= mostRuns) return value;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${place}\` to be a whole number from 1 to ${mostRuns}, got \`${value}\``,
  );
}

/** `external_service` is read as "External service". */
function labelOf(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
