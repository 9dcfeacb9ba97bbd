import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createEnding } from '../../src/service/ending.ts';
import { recordingLog } from '../support.ts';

it('ends the checks whatever else fails to end, and says what did', async () => {
  const stop = vi.fn(async () => {});
  const one = { stop() {} };
  const state = { process: one, heartbeats: one, faults: one, monitor: { stop, drain() {} } };
  const membership = { stop: () => Promise.reject(new Error('The fleet is stuck')) };
  const ending = createEnding(
    { log: recordingLog().log } as never,
    state as never,
    membership as never,
    {},
    systemClock,
  );
  await expect(ending.stop()).rejects.toThrow('The fleet is stuck');
  expect(stop).toHaveBeenCalledOnce();
});
