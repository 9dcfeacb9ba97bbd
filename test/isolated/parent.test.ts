import { expect, it } from 'vitest';
import { pauseAfter } from '../../src/isolated/parent.ts';

it('a worker is replaced sooner again once one has been well', () => {
  const minute = 60_000;
  const pauses: number[] = [];
  for (const lived of [10, 10, 10, 10, 10, 10, 10, 10, minute, 10]) pauses.push(pauseAfter(lived, pauses.at(-1) ?? 0));
  expect(pauses).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 50, 100]);
});
