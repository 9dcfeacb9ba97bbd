import { expect, test } from 'vitest';
import { nearest } from '../../src/base/nearest.ts';

const known = ['interval', 'timeout', 'staleAfter', 'url', 'label'];

test.each([
  ['intervall', 'interval'],
  ['Interval', 'interval'],
  ['inetrval', 'interval'],
  ['stale_after', 'staleAfter'],
  ['time_outs', 'timeout'],
  ['ulr', 'url'],
  ['uri', 'url'],
  ['rl', undefined],
  ['lable', 'label'],
  ['bale', undefined],
  ['retries', undefined],
  ['', undefined],
])('`%s` was meant to be `%s`', (word, meant) => {
  expect(nearest(word, known)).toBe(meant);
});
