import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Duration, duration, milliseconds } from '../../src/base/duration.ts';
import { rangeError } from '../../src/base/errors.ts';

test.each<[Duration, number]>([
  ['800ms', 800],
  ['5s', 5_000],
  ['1m', 60_000],
  ['1h', 3_600_000],
  ['0.5s', 500],
  ['1.5m', 90_000],
  ['05s', 5_000],
  ['2147483647ms', 2 ** 31 - 1],
  [5_000, 5_000],
  [0.5, 0.5],
  [2 ** 31 - 1, 2 ** 31 - 1],
])('%s are %d milliseconds', (duration, ms) => {
  expect(milliseconds('timeout', duration)).toBe(ms);
});

test.each([
  '',
  '5',
  's',
  '5 s',
  ' 5s',
  '5s\n',
  '-1s',
  '+1s',
  '0s',
  '0.0h',
  '.5s',
  '5.s',
  '1e3s',
  '1_000ms',
  '0x10s',
  '５s',
  '5S',
  '1d',
  '1m30s',
  'Infinityms',
  'NaNs',
  '2147483648ms',
  '597h',
  `${'9'.repeat(400)}h`,
])('%j is not a duration', (value) => {
  const message = `Expected \`timeout\` to be a positive duration such as 800ms, 5s or 1m, got \`${value}\``;
  expect(() => milliseconds('timeout', value)).toThrow(rangeError('PROBITY_OPTION', message));
});

test('every duration that is taken can be waited for', () => {
  const written = fc.tuple(fc.double({ min: 0, noNaN: true }).map(String), fc.constantFrom('ms', 's', 'm', 'h'));
  fc.assert(
    fc.property(written, ([amount, unit]) => {
      let ms: number;
      try {
        ms = milliseconds('timeout', `${amount}${unit}`);
      } catch (error) {
        return error instanceof RangeError;
      }
      return ms > 0 && ms < 2 ** 31;
    }),
  );
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('%s as milliseconds are refused', (value) => {
  expect(() => milliseconds('timeout', value)).toThrow(
    rangeError(
      'PROBITY_OPTION',
      `Expected \`timeout\` to be a positive duration such as 800ms, 5s or 1m, got \`${value}\``,
    ),
  );
});

test('a text from the environment is a duration, nothing, or refused with its place', () => {
  expect(duration('1.5s', 'DRAIN_DELAY')).toBe(1_500);
  expect(duration(undefined, 'DRAIN_DELAY')).toBeUndefined();
  for (const text of ['', '5', 'soon'])
    expect(() => duration(text, 'DRAIN_DELAY')).toThrow(/^Expected `DRAIN_DELAY` to be a positive duration/);
});
