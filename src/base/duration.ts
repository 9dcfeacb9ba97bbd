import { rangeError } from './errors.ts';

/** A length of time: with its unit (`800ms`, `5s`, `1m`, `1h`), or as a number of milliseconds. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}` | number;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest delay that a timer of Node can wait for: past it, a timer fires at once. */
export const longestMs: number = 2 ** 31 - 1;

/**
 * A duration in milliseconds.
 *
 * @throws RangeError naming `option` and the value, when it is not a positive duration of at most 24 days.
 */
export function milliseconds(option: string, value: string | number): number {
  const ms = typeof value === 'number' ? value : read(value);
  if (ms > 0 && ms <= longestMs) return ms;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${option}\` to be a positive duration such as 800ms, 5s or 1m, got \`${value}\``,
  );
}

function read(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/**
 * A text from elsewhere, as from the environment, as a duration: `duration(process.env.DRAIN_DELAY, 'DRAIN_DELAY')`. What
 * is not set stays so, and leaves an option at its default.
 *
 * @param place where the text is from, for the error
 * @throws RangeError naming `place` and the text, when it is not a positive duration with its unit
 */
export function duration(text: string, place: string): Duration;
export function duration(text: string | undefined, place: string): Duration | undefined;
export function duration(text: string | undefined, place: string): Duration | undefined {
  return text === undefined ? undefined : milliseconds(place, text);
}
