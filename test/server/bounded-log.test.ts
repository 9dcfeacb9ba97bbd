import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { boundedLog } from '../../src/server/bounded-log.ts';
import { fakeTime, recordingLog } from '../support.ts';

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

it('writes some lines at once, then one each second, and says how many it left out', () => {
  const { log, lines } = recordingLog();
  const bounded = boundedLog(log);
  for (let index = 0; index < 1_000; index += 1) bounded.error({ index }, 'failed');
  expect(lines).toHaveLength(10);
  vi.advanceTimersByTime(1_000);
  bounded.warn({}, 'failed');
  bounded.warn({}, 'failed');
  expect(lines.slice(10)).toEqual([{ level: 'warn', fields: { leftOut: 990 }, message: 'failed' }]);
});
