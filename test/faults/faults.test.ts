import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFaults } from '../../src/faults/faults.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { run } from '../../src/monitor/run.ts';
import { fakeTime, scriptedChecker, someRules } from '../support.ts';

const quarterMs = 15 * 60_000;

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const signal = new AbortController().signal;

describe('a fault', () => {
  it('lies over the check that it was set for, and over no other', () => {
    const faults = createFaults(() => {});
    faults.set('database');
    expect(faults.overlay('database')).toBeDefined();
    expect(faults.overlay('cache')).toBeUndefined();
    expect(faults.overlay('__proto__')).toBeUndefined();
  });

  it('is an outage: every run fails at once, for a reason of the contract', async () => {
    const faults = createFaults(() => {});
    faults.set('database');
    const checker = faults.overlay('database') as NonNullable<ReturnType<typeof faults.overlay>>;
    await expect(checker.check(signal)).rejects.toThrow('Simulated outage');
    const { outcome } = run({ checker, timeoutMs: 1_000, simulated: true, onFailure() {} });
    expect(await outcome).toMatchObject({ kind: 'failed', reason: 'unavailable', simulated: true });
  });

  it('ends when it is cleared, without a notice', async () => {
    const expired = vi.fn();
    const faults = createFaults(expired);
    faults.set('database');
    faults.clear('database');
    faults.clear('database');
    expect(faults.overlay('database')).toBeUndefined();
    await pass(2 * quarterMs);
    expect(expired).not.toHaveBeenCalled();
  });

  it('ends by itself after a quarter of an hour, with a notice', async () => {
    const expired = vi.fn((check: string) => faults.overlay(check));
    const faults = createFaults(expired);
    faults.set('database');
    await pass(quarterMs - 1);
    expect(faults.overlay('database')).toBeDefined();
    await pass(1);
    expect(expired.mock.calls).toEqual([['database']]);
    expect(expired).toHaveReturnedWith(undefined);
  });

  it('lives anew when it is set again', async () => {
    const expired = vi.fn();
    const faults = createFaults(expired);
    faults.set('database');
    await pass(quarterMs - 1);
    faults.set('database');
    await pass(quarterMs - 1);
    expect(faults.overlay('database')).toBeDefined();
    await pass(1);
    expect(expired).toHaveBeenCalledOnce();
  });

  it('ends with all others when the faults are stopped: no notice, no timer', async () => {
    const expired = vi.fn();
    const faults = createFaults(expired);
    for (const check of ['database', 'cache', 'queue']) faults.set(check);
    faults.stop();
    expect(['database', 'cache', 'queue'].map((check) => faults.overlay(check))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(vi.getTimerCount()).toBe(0);
    await pass(2 * quarterMs);
    expect(expired).not.toHaveBeenCalled();
  });

  it('shows in a monitored check and leaves it again, through the real thresholds', async () => {
    const checker = scriptedChecker();
    const faults = createFaults((check) => void monitor.recheck(check));
    const monitor = createMonitor({
      checks: [{ name: 'database', rules: someRules(), checker }],
      distress: () => [],
      faulty: faults.overlay,
      onTransition() {},
      onFailure() {},
    });
    const state = () => monitor.snapshot().checks[0]?.state;
    monitor.start();
    await pass(1_000);
    const real = checker.started.length;
    faults.set('database');
    await Promise.all([monitor.recheck('database'), pass(100)]);
    expect(state()).toMatchObject({ status: 'down', reason: 'unavailable', last: { simulated: true } });
    expect(checker.started).toHaveLength(real);
    await pass(quarterMs);
    expect(state()).toMatchObject({ status: 'up', last: { simulated: false } });
  });
});
