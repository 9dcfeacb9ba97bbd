import { typeError } from '../base/errors.ts';
import { isObject } from '../base/is-object.ts';
import { oneLine } from '../base/shown.ts';
import type { ProbityOptions } from './options.ts';

/** What an option has to be, for those who write no types. */
interface Expected {
  readonly words: string;
  fits(value: unknown): boolean;
}

const yesOrNo: Expected = { words: 'true or false', fits: (value) => typeof value === 'boolean' };
const list: Expected = { words: 'a list', fits: Array.isArray };
const text: Expected = { words: 'a string', fits: (value) => typeof value === 'string' };
const mapping: Expected = { words: 'an object', fits: isObject };
const port: Expected = {
  words: 'a whole number from 0 to 65535',
  fits: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535,
};
const log: Expected = {
  words: 'an object with the functions debug, info, warn and error, or false',
  fits: (value) =>
    value === false || ['debug', 'info', 'warn', 'error'].every((level) => typeof Object(value)[level] === 'function'),
};
const contract: Expected = {
  words: 'what `loadContract` resolves to',
  fits: (value) => isObject(value) && Array.isArray((value as { operations?: unknown }).operations),
};

/** What is judged where it is used is not among them: times, names, addresses. */
const expectations: Readonly<Record<string, Expected>> = {
  checks: mapping,
  probes: mapping,
  'probes.readiness': list,
  'probes.startup': list,
  'simulation.enabled': yesOrNo,
  'simulation.liveness': yesOrNo,
  'access.tokens': list,
  'access.protect': list,
  'management.host': text,
  contract,
  atRoot: list,
  heartbeats: mapping,
  explicitStart: yesOrNo,
  'shutdown.uncaughtErrors': yesOrNo,
  'shutdown.signals': list,
  log,
};

/**
 * Refuses values that no option of its name can have: one that is misread does something else, or nothing.
 *
 * @throws TypeError naming the option and, unless it may be a secret, the value
 */
export function proveValues(options: ProbityOptions): void {
  for (const [place, expected] of Object.entries(expectations)) {
    const value = valueAt(options, place);
    if (value !== undefined && !expected.fits(value)) throw unexpected(place, expected, value);
  }
  if (options.management !== undefined && !port.fits(options.management.port))
    throw unexpected('management.port', port, options.management.port);
}

const valueAt = (options: object, place: string): unknown =>
  place.split('.').reduce<unknown>((value, key) => Object(value)[key], options);

function unexpected(place: string, { words }: Expected, value: unknown): TypeError {
  const got = place.startsWith('access.') ? '' : `, got \`${oneLine(String(value).slice(0, 60))}\``;
  return typeError('PROBITY_OPTION', `Expected \`${place}\` to be ${words}${got}`);
}
