import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckState } from '../../src/health/check-state.ts';
import { earlyDelayMs, nextTick } from '../../src/monitor/schedule.ts';
import { fallen, pending, someRules, up } from '../support.ts';

describe('the next tick', () => {
  it.each([
    ['is the present one while that is ahead', 1_000, 400, 1_000],
    ['is an interval away after a run on the dot', 1_000, 1_000, 6_000],
    ['does not drift with a run that takes its time', 1_000, 1_900, 6_000],
    ['takes a timer that fires a little early for the tick itself', 1_000, 999.2, 6_000],
    ['takes a timer that fires early after a long turn for the tick itself', 1_000, 950, 6_000],
    ['skips what was missed', 1_000, 23_456, 26_000],
    ['is ahead even right before a tick that is about to be missed', 1_000, 5_999.5, 11_000],
  ])('%s', (_, tick, now, next) => {
    expect(nextTick(tick, 5_000, now)).toBe(next);
  });

  it('is always ahead, at most an interval and its slack away, and a whole number of intervals from the present one', () => {
    const time = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(time, fc.integer({ min: 5, max: 600_000 }), time, (tick, intervalMs, now) => {
        const next = nextTick(tick, intervalMs, now);
        const ahead = next === tick ? tick > now : next - now <= intervalMs + Math.min(intervalMs / 2, 100);
        return next > now && ahead && (next - tick) % intervalMs === 0;
      }),
    );
  });
});

describe('a run before the next tick', () => {
  const auth: CheckState = { ...fallen, reason: 'auth' };
  const delay = (state: CheckState, failures: number, random = 0.5, intervalMs = 5_000) =>
    earlyDelayMs(state, someRules({ intervalMs }), failures, random);

  it('is not due while nothing fails', () => {
    expect(delay(up, 0)).toBeUndefined();
    expect(delay(pending, 0)).toBeUndefined();
    expect(delay({ ...fallen, reason: 'overloaded' }, 0)).toBeUndefined();
  });

  it('is due in 20 ms to confirm a first failure, or a first success', () => {
    expect(delay({ ...up, against: 1 }, 1)).toBe(20);
    expect(delay({ ...fallen, against: 1 }, 0)).toBe(20);
  });

  it('is due ever later while attempts to come back fail, up to a second', () => {
    expect([1, 2, 3, 4, 5, 6, 99, 5_000].map((failures) => delay(fallen, failures))).toEqual([
      100, 200, 400, 800, 1_000, 1_000, 1_000, 1_000,
    ]);
  });

  it('is due no later than a tick would be', () => {
    expect([1, 2, 3].map((failures) => delay(fallen, failures, 0.5, 150))).toEqual([100, 150, 150]);
  });

  it('slows down to one a minute when the password is wrong', () => {
    expect([1, 2, 3, 4, 5, 6, 5_000].map((failures) => delay(auth, failures))).toEqual([
      5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('comes no sooner than the tick when the password is wrong and the interval is long', () => {
    expect(delay(auth, 3, 0.5, 600_000)).toBe(600_000);
  });

  it('is spread by a fifth to both sides, so that replicas do not march in step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const middle = delay(fallen, failures) as number;
        const spread = delay(fallen, failures, random) as number;
        return spread >= middle * 0.8 && spread <= middle * 1.2 + 1e-9;
      }),
    );
    expect([0, 1].map((random) => Math.round(delay(fallen, 1, random) as number))).toEqual([80, 120]);
  });
});
