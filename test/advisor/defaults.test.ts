import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bootMs, checkNeedMs, patienceMs, startupNeedMs } from '../../src/advisor/defaults.ts';
import type { Checker } from '../../src/health/checker.ts';
import { watchCheck } from '../../src/monitor/watch.ts';
import { fakeTime, someRules } from '../support.ts';

beforeEach(() => {
  fakeTime();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A dependency that never answers before `from`, and afterwards as late as a run allows. */
const lateDependency = (from: number, timeoutMs: number): Checker => ({
  check: (signal) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      if (performance.now() >= from) setTimeout(resolve, timeoutMs - 1);
    }),
  explain: () => 'timeout',
});

const rules = fc.record({
  intervalMs: fc.integer({ min: 10, max: 20_000 }),
  timeoutMs: fc.integer({ min: 10, max: 5_000 }),
  recoverAfter: fc.integer({ min: 1, max: 5 }),
});

describe('what a check needs', () => {
  it('is enough to see a dependency that is there, whenever it came and however slow it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        rules,
        fc.integer({ min: 0, max: 30_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (some, from, random) => {
          vi.spyOn(Math, 'random').mockReturnValue(random);
          const startedAt = performance.now();
          const checkRules = someRules({ ...some, staleAfterMs: 3 * (some.intervalMs + some.timeoutMs) });
          const checker = lateDependency(startedAt + from, some.timeoutMs);
          const watch = watchCheck({
            checker,
            rules: checkRules,
            faulty: () => undefined,
            onOutcome() {},
            onFailure() {},
          });
          watch.start();
          await vi.advanceTimersByTimeAsync(from + checkNeedMs(checkRules));
          expect(watch.state().wasUp).toBe(true);
          await watch.stop();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('is, for a start, that of the slowest check that it waits for', () => {
    const slow = someRules({ timeoutMs: 5_000, recoverAfter: 3 });
    const fast = someRules({ requiredFor: 'startup' });
    expect(startupNeedMs([])).toBe(bootMs);
    expect(startupNeedMs([slow, fast])).toBe(bootMs + 1_000 + 1_200 + 2 * 1_020);
    expect(startupNeedMs([{ ...slow, requiredFor: 'startup' }, fast])).toBe(bootMs + 5_000 + 1_200 + 3 * 5_020);
  });
});

/** When a prober that asks every `period` has had enough of a silence that begins at `from` and ends at `until`. */
function hasHadEnough(repetition: Parameters<typeof patienceMs>[0], phase: number, silence: number): boolean {
  const { periodMs, timeoutMs, failures } = repetition;
  const lost = (asked: number): boolean => asked + timeoutMs <= silence;
  return Array.from({ length: failures }, (_, index) => phase + index * periodMs).every(lost);
}

describe('the patience of a probe', () => {
  const repetition = fc.record({
    periodMs: fc.integer({ min: 1_000, max: 30_000 }),
    timeoutMs: fc.integer({ min: 1_000, max: 30_000 }),
    failures: fc.integer({ min: 1, max: 10 }),
  });

  it('outlasts every silence that is shorter, whenever it begins', () => {
    fc.assert(
      fc.property(
        repetition,
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 1, max: 10_000 }),
        (one, phase, less) => {
          expect(hasHadEnough(one, phase, patienceMs(one) - less)).toBe(false);
        },
      ),
    );
  });

  it('ends with the first silence that is as long', () => {
    fc.assert(
      fc.property(repetition, (one) => {
        expect(hasHadEnough(one, 0, patienceMs(one))).toBe(true);
      }),
    );
  });
});
