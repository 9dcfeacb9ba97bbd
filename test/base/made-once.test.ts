import { expect, it, vi } from 'vitest';
import { madeOnce } from '../../src/base/made-once.ts';

it('makes it once for all who ask meanwhile and later', async () => {
  const make = vi.fn(async () => ({}));
  const get = madeOnce(make);
  const [one, other] = await Promise.all([get(), get()]);
  expect(one).toBe(other);
  expect(await get()).toBe(one);
  expect(make).toHaveBeenCalledOnce();
});

it('tries again what could not be made, and fails all who had asked', async () => {
  const make = vi.fn(async () => 'made').mockRejectedValueOnce(new Error('no descriptor'));
  const get = madeOnce(make);
  expect(await Promise.allSettled([get(), get()])).toEqual(
    Array(2).fill({ status: 'rejected', reason: new Error('no descriptor') }),
  );
  expect(await get()).toBe('made');
  expect(make).toHaveBeenCalledTimes(2);
});
