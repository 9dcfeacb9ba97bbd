import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import document from '../../generated/contract/document.json' with { type: 'json' };
import { systemClock } from '../../src/base/clock.ts';
import { createFaults, type Faults } from '../../src/faults/faults.ts';
import { timeToLiveMs } from '../../src/faults/state.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import { run } from '../../src/monitor/run.ts';
import { fakeTime, type ManualChecker, manualChecker, scriptedChecker, someRules } from '../support.ts';

const quarterMs = 15 * 60_000;
const outage = { kind: 'outage' } as const;

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const quiet = (random = () => 0.5): Faults => createFaults({ onExpiry() {}, clock: { ...systemClock, random } });
const working = scriptedChecker();

/** Runs a check under its fault, and gives what the run came to. */
function runUnder(faults: Faults, checker = manualChecker(), timeoutMs = 1_000) {
  const faulty = faults.overlay('database', checker) ?? checker;
  return { checker, run: run({ checker: faulty, timeoutMs, simulated: true, onFailure() {} }) };
}

/** Whether a run fails, at this moment, of a check that is well. */
async function fails(faults: Faults): Promise<boolean> {
  const checker = scriptedChecker();
  return (await runUnder(faults, checker as unknown as ManualChecker).run.outcome).kind === 'failed';
}

describe('a fault', () => {
  it('lies over the check that it was set for, and over no other', () => {
    const faults = quiet();
    faults.set('database', outage);
    expect(faults.overlay('database', working)).toBeDefined();
    expect(faults.overlay('cache', working)).toBeUndefined();
    expect(faults.overlay('__proto__', working)).toBeUndefined();
  });

  it('ends when it is cleared, without a notice', async () => {
    const onExpiry = vi.fn();
    const faults = createFaults({ onExpiry });
    faults.set('database', outage);
    expect(faults.clear('database')).toBe(true);
    expect(faults.clear('database')).toBe(false);
    expect(faults.list()).toEqual([]);
    await pass(2 * quarterMs);
    expect(onExpiry).not.toHaveBeenCalled();
  });

  it('ends by itself after a quarter of an hour, with a notice', async () => {
    const onExpiry = vi.fn(({ check }: { check: string }) => faults.overlay(check, working));
    const faults = createFaults({ onExpiry });
    faults.set('database', outage, 'ann');
    await pass(quarterMs - 1);
    expect(faults.of('database')).toMatchObject({ by: 'ann' });
    await pass(1);
    expect(onExpiry).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ check: 'database', by: 'ann' }));
    expect(onExpiry).toHaveReturnedWith(undefined);
  });

  it('is over in time, though its timer may be late', () => {
    const faults = quiet();
    faults.set('database', { ...outage, ttlSeconds: 1 });
    vi.setSystemTime(0);
    vi.spyOn(performance, 'now').mockReturnValue(1_000);
    expect(faults.of('database')).toBeUndefined();
    expect(faults.list()).toEqual([]);
    expect(faults.overlay('database', working)).toBeUndefined();
    vi.restoreAllMocks();
  });

  it('lives anew when it is set again', async () => {
    const onExpiry = vi.fn();
    const faults = createFaults({ onExpiry });
    faults.set('database', outage);
    await pass(quarterMs - 1);
    faults.set('database', outage);
    await pass(quarterMs - 1);
    expect(faults.of('database')).toBeDefined();
    await pass(1);
    expect(onExpiry).toHaveBeenCalledOnce();
  });

  it('set elsewhere lives for what is left of it, and never longer than it may', () => {
    const faults = quiet();
    expect(faults.set('database', { ...outage, ttlSeconds: 60 }, undefined, 5_000).until).toBe(5_000);
    expect(faults.set('database', { ...outage, ttlSeconds: 60 }, undefined, 500_000).until).toBe(60_000);
  });

  it('ends with all others when the faults are stopped: no notice, no timer', async () => {
    const onExpiry = vi.fn();
    const faults = createFaults({ onExpiry });
    for (const check of ['database', 'cache', 'queue']) faults.set(check, outage);
    faults.stop();
    expect(faults.list()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lives as long as the contract says when nobody says otherwise', () => {
    expect(timeToLiveMs(outage)).toBe(document.components.schemas.TtlSeconds.default * 1_000);
  });
});

describe('an outage', () => {
  it('lets every run fail at once, for a reason of the contract', async () => {
    const faults = quiet();
    faults.set('database', outage);
    const { run, checker } = runUnder(faults);
    expect(await run.outcome).toMatchObject({ kind: 'failed', reason: 'unavailable', simulated: true });
    expect(checker.calls).toEqual([]);
  });
});

describe('a hang', () => {
  it('lets a run hang until its deadline, and lets go then', async () => {
    const faults = quiet();
    faults.set('database', { kind: 'hang' });
    const { run, checker } = runUnder(faults);
    await pass(1_001);
    expect(await run.outcome).toMatchObject({ kind: 'failed', reason: 'timeout' });
    await run.settled;
    expect(checker.calls).toEqual([]);
  });

  it('that takes the place of another takes over the run that was held up', async () => {
    const faults = quiet();
    const outcomes = [];
    for (const next of [outage, { kind: 'hang' } as const]) {
      faults.set('database', { kind: 'hang' });
      const { checker, run } = runUnder(faults);
      await pass(100);
      faults.set('database', next);
      await pass(1_000);
      outcomes.push((await run.outcome).reason);
      expect(checker.calls).toHaveLength(0);
    }
    expect(outcomes).toEqual(['unavailable', 'timeout']);
  });

  it('that ends lets the run go on at once', async () => {
    const faults = quiet();
    faults.set('database', { kind: 'hang' });
    const { run, checker } = runUnder(faults);
    await pass(10);
    faults.clear('database');
    await pass(0);
    checker.calls[0]?.resolve();
    expect(await run.outcome).toMatchObject({ kind: 'ok', simulated: true });
  });
});

describe('a latency', () => {
  it.each([
    [0, 300],
    [0.5, 400],
    [1, 500],
  ])('delays a run by what chance (%d) makes of it: %d ms', async (chance, ms) => {
    const faults = quiet(() => chance);
    faults.set('database', { kind: 'latency', delayMs: 400, jitterMs: 100 });
    const { run, checker } = runUnder(faults);
    await pass(ms - 1);
    expect(checker.calls).toHaveLength(0);
    await pass(1);
    checker.calls[0]?.resolve();
    expect(await run.outcome).toMatchObject({ kind: 'ok', durationMs: ms });
  });

  it('over the deadline is a timeout', async () => {
    const faults = quiet();
    faults.set('database', { kind: 'latency', delayMs: 5_000 });
    const { run } = runUnder(faults);
    await pass(1_001);
    expect(await run.outcome).toMatchObject({ reason: 'timeout' });
  });
});

describe('a flap', () => {
  it('succeeds in the first half of each period, and fails in the second', async () => {
    const faults = quiet();
    faults.set('database', { kind: 'flap', periodMs: 1_000 });
    const seen: boolean[] = [];
    for (let quarter = 0; quarter < 8; quarter += 1) {
      seen.push(await fails(faults));
      await pass(250);
    }
    expect(seen).toEqual([false, false, true, true, false, false, true, true]);
  });
});

describe('an error rate', () => {
  it.each([
    [0, 0, false],
    [0.3, 0.29, true],
    [0.3, 0.3, false],
    [1, 0.999, true],
  ])('of %d, at a chance of %d, lets a run fail: %s', async (probability, chance, expected) => {
    const faults = quiet(() => chance);
    faults.set('database', { kind: 'error', probability });
    expect(await fails(faults)).toBe(expected);
  });
});

it('shows in a monitored check and leaves it again, through the real thresholds', async () => {
  const checker = scriptedChecker();
  const faults = createFaults({ onExpiry: ({ check }) => void monitor.recheck(check) });
  const monitor = createMonitor({
    checks: [{ name: 'database', rules: someRules(), checker }],
    distress: () => [],
    faulty: faults.overlay,
    observers: [],
  });
  const state = () => monitor.snapshot().checks[0]?.state;
  monitor.start();
  await pass(1_000);
  const real = checker.started.length;
  faults.set('database', outage);
  await Promise.all([monitor.recheck('database'), pass(100)]);
  expect(state()).toMatchObject({ status: 'down', reason: 'unavailable', last: { simulated: true } });
  expect(checker.started).toHaveLength(real);
  await pass(quarterMs);
  expect(state()).toMatchObject({ status: 'up', last: { simulated: false } });
});
