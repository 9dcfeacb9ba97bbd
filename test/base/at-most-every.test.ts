import { expect, it } from 'vitest';
import { atMostEvery } from '../../src/base/at-most-every.ts';

it('calls at once, and then not again for so long', () => {
  const calls: number[] = [];
  let now = 5;
  const call = atMostEvery(10, { now: () => now }, (value: number) => calls.push(value));
  for (const at of [5, 14, 15, 24, 40]) {
    now = at;
    call(at);
  }
  expect(calls).toEqual([5, 15, 40]);
});
