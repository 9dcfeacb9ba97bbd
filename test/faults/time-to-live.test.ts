import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Fault } from '../../generated/contract/types.gen.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { fakeTime, scriptedChecker } from '../support.ts';

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

const checks = ['database', 'cache', 'queue'];
const check = fc.constantFrom(...checks);
const ttlSeconds = fc.option(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 86_400 })), {
  nil: undefined,
});
const fault = fc
  .record({
    kind: fc.constantFrom('outage', 'hang', 'latency', 'flap', 'error'),
    delayMs: fc.constant(5),
    periodMs: fc.constant(100),
    probability: fc.constant(1),
    ttlSeconds,
  })
  .map((fault) => fault as unknown as Fault);
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), check, fault, leftMs: fc.option(fc.integer({ min: 1, max: 2 ** 31 })) }),
  fc.record({ do: fc.constant('clear' as const), check }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 0, max: 100_000_000 }) }),
);

it('no sequence of operations and time leaves a fault past its time to live', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const ends = new Map<string, number>();
      const ended: string[] = [];
      const faults = createFaults({ onExpiry: ({ check }) => ended.push(check) });
      for (const one of steps) {
        if (one.do === 'set') {
          faults.set(one.check, one.fault, undefined, one.leftMs ?? undefined);
          const ttlMs = (one.fault.ttlSeconds ?? 900) * 1_000;
          ends.set(one.check, performance.now() + Math.min(ttlMs, one.leftMs ?? ttlMs));
        } else if (one.do === 'clear') {
          faults.clear(one.check);
          ends.delete(one.check);
        } else {
          await vi.advanceTimersByTimeAsync(one.ms);
        }
        for (const name of checks) {
          const lives = performance.now() < (ends.get(name) ?? 0);
          expect(faults.of(name) !== undefined).toBe(lives);
          expect(faults.overlay(name, scriptedChecker()) !== undefined).toBe(lives);
          expect(faults.list().some((active) => active.check === name)).toBe(lives);
        }
      }
      await vi.advanceTimersByTimeAsync(86_400_000);
      expect(faults.list()).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }),
    { numRuns: 200 },
  );
});
