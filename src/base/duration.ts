import { rangeError } from './errors.ts';

/** A length of time with its unit: `800ms`, `5s`, `1m`, `1h`. */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest delay that a timer of Node can wait for: past it, a timer fires at once. */
export const longestMs: number = 2 ** 31 - 1;

/**
 * A duration in milliseconds.
 *
 * @throws RangeError naming `option` and the value, when it is not a positive duration of at most 24 days.
 */
export function milliseconds(option: string, value: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? [];
  const ms = amount === undefined ? Number.NaN : Number(amount) * unitMs[unit as keyof typeof unitMs];
  if (ms > 0 && ms <= longestMs) return ms;
  throw rangeError(
    'PROBITY_OPTION',
    `Expected \`${option}\` to be a positive duration such as 800ms, 5s or 1m, got \`${value}\``,
  );
}
