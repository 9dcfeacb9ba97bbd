import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Checker } from '../../src/health/checker.ts';
import { judge } from '../../src/health/probes.ts';
import type { CheckRules } from '../../src/health/rules.ts';
import type { Snapshot } from '../../src/health/snapshot.ts';
import { createMonitor, type Monitor, type MonitorOptions } from '../../src/monitor/monitor.ts';
import { fakeTime, manualChecker, scriptedChecker, someRules } from '../support.ts';

beforeEach(() => {
  fakeTime();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Given = Record<string, Checker | [Checker, Partial<CheckRules>]>;

interface Monitored {
  readonly monitor: Monitor;
  readonly published: Snapshot[];
  readonly transitions: string[];
}

function monitoring(given: Given, options: Partial<MonitorOptions> = {}): Monitored {
  const published: Snapshot[] = [];
  const transitions: string[] = [];
  const checks = Object.entries(given).map(([name, check]) => {
    const [checker, rules] = Array.isArray(check) ? check : [check, {}];
    return { name, checker, rules: someRules(rules) };
  });
  const monitor = createMonitor({
    checks,
    distress: () => [],
    faulty: () => undefined,
    observers: [
      {
        onTransition: ({ name }, before, after) => void transitions.push(`${name} ${before.status} ${after.status}`),
      },
    ],
    ...options,
  });
  monitor.onChange((snapshot) => published.push(snapshot));
  return { monitor, published, transitions };
}

/** Long enough for everything that waits for the next turn of the event loop. */
const turn = () => vi.advanceTimersByTimeAsync(5);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const raise = (): never => {
  throw new Error('not again');
};

describe('the monitor', () => {
  it('begins with a service that is starting and checks that are pending', () => {
    const { monitor, published } = monitoring({ database: scriptedChecker() });
    expect(monitor.snapshot()).toMatchObject({
      lifecycle: 'starting',
      distress: [],
      checks: [{ name: 'database', state: { status: 'pending' } }],
    });
    expect(published).toEqual([]);
  });

  it('publishes several changes of one turn of the event loop once', async () => {
    const { monitor, published } = monitoring({
      a: scriptedChecker(),
      b: scriptedChecker(),
      c: scriptedChecker('dns'),
    });
    monitor.start();
    expect(published).toHaveLength(1);
    await turn();
    expect(published).toHaveLength(2);
    expect(published[1]?.checks.map(({ state }) => state.status)).toEqual(['up', 'up', 'down']);
  });

  it('publishes what a reply may show, and nothing else', async () => {
    const checker = scriptedChecker();
    const { monitor, published } = monitoring({ database: checker });
    monitor.start();
    await pass(60_000);
    expect(published).toHaveLength(2);
    checker.now = 'refused';
    await pass(5_000);
    expect(published).toHaveLength(3);
    checker.now = 'dns';
    await pass(5_000);
    expect(published).toHaveLength(4);
    expect(published[3]?.checks[0]?.state.reason).toBe('dns');
  });

  it('tells of a transition when the status changes, and only then', async () => {
    const checker = scriptedChecker();
    const { monitor, transitions } = monitoring({ database: checker });
    monitor.start();
    for (const behaviour of ['overloaded', 'ok', 'refused', 'timeout', 'dns'] as const) {
      await pass(5_000);
      checker.now = behaviour;
    }
    await pass(5_000);
    expect(transitions).toEqual(['database pending up', 'database up down']);
  });

  it('tells of a check that goes stale', async () => {
    const checker = scriptedChecker();
    const { monitor, transitions, published } = monitoring({ database: checker });
    monitor.start();
    await turn();
    checker.now = 'hang';
    await pass(60_000);
    expect(transitions).toEqual(['database pending up', 'database up down']);
    expect(published.at(-1)?.checks[0]?.state.reason).toBe('stale');
  });

  it('marks a simulated state, and publishes when the mark changes', async () => {
    let fault: Checker | undefined;
    const { monitor, published } = monitoring({ database: scriptedChecker('unavailable') }, { faulty: () => fault });
    monitor.start();
    await turn();
    fault = scriptedChecker('unavailable');
    await pass(5_000);
    expect(published.map(({ checks }) => checks[0]?.state.last?.simulated)).toEqual([undefined, false, true]);
  });

  it('publishes before a re-check resolves, so that whoever waited sees the new state', async () => {
    const checker = scriptedChecker();
    const { monitor, published } = monitoring({ database: [checker, { failAfter: 1 }] });
    monitor.start();
    await turn();
    checker.now = 'refused';
    await monitor.recheck('database');
    expect(published.at(-1)?.checks[0]?.state.status).toBe('down');
  });

  it('publishes the distress of the process when it is told that it has changed', () => {
    const distress: string[] = [];
    const { monitor, published } = monitoring({}, { distress: () => [...distress] });
    monitor.start();
    distress.push('Event loop blocked');
    monitor.refresh();
    expect(published.map((snapshot) => snapshot.distress)).toEqual([[], ['Event loop blocked']]);
  });

  it('has nothing to do for a re-check of a check that it does not know', async () => {
    await monitoring({}).monitor.recheck('nobody');
  });
});

describe('the lifecycle of a monitored service', () => {
  it('is started at once when no check is required for the start', () => {
    const { monitor, published } = monitoring({ database: manualChecker() });
    monitor.start();
    expect(published.map(({ lifecycle }) => lifecycle)).toEqual(['started']);
  });

  it('is started when every check that is required for the start has been up once, not earlier', async () => {
    const startup = { requiredFor: 'startup', recoverAfter: 1 } as const;
    const [a, b] = [scriptedChecker(), scriptedChecker('refused')];
    const { monitor, published } = monitoring({ a: [a, startup], b: [b, startup], c: scriptedChecker('dns') });
    monitor.start();
    await pass(1_000);
    expect(monitor.snapshot().lifecycle).toBe('starting');
    a.now = 'refused';
    await pass(5_000);
    b.now = 'ok';
    await pass(5_000);
    expect(monitor.snapshot().lifecycle).toBe('started');
    expect(published.at(-1)?.lifecycle).toBe('started');
  });

  it('turns readiness over in the same moment as it drains, and leaves liveness as it is', async () => {
    const { monitor, published } = monitoring({ database: scriptedChecker() });
    monitor.start();
    await turn();
    expect(judge('readiness', published.at(-1) as Snapshot).ok).toBe(true);
    monitor.drain();
    const last = published.at(-1) as Snapshot;
    expect(last.lifecycle).toBe('draining');
    expect([judge('readiness', last).ok, judge('liveness', last).ok]).toEqual([false, true]);
  });

  it('goes on checking while it drains', async () => {
    const checker = scriptedChecker();
    const { monitor } = monitoring({ database: checker });
    monitor.start();
    monitor.drain();
    await pass(20_000);
    expect(checker.started.length).toBeGreaterThan(3);
  });

  it('never gets started once it drains', async () => {
    const checker = manualChecker();
    const { monitor } = monitoring({ database: [checker, { requiredFor: 'startup' }] });
    monitor.start();
    monitor.drain();
    checker.calls[0]?.resolve();
    await turn();
    expect(monitor.snapshot().lifecycle).toBe('draining');
  });
});

describe('stopping the monitor', () => {
  it('aborts every run, closes every checker, publishes the end and leaves no timer', async () => {
    const [a, b] = [manualChecker(), manualChecker()];
    const { monitor, published, transitions } = monitoring({ a, b });
    monitor.start();
    await monitor.stop();
    expect(published.at(-1)?.lifecycle).toBe('stopped');
    expect([a, b].map(({ calls, closed }) => [calls[0]?.signal.aborted, closed])).toEqual([
      [true, 1],
      [true, 1],
    ]);
    expect(vi.getTimerCount()).toBe(0);
    a.calls[0]?.reject(new Error('stopped'));
    await pass(60_000);
    expect(transitions).toEqual([]);
  });

  it('waits for every checker to close, even if another one fails to', async () => {
    const slow: Checker = { ...scriptedChecker(), close: () => new Promise((resolve) => setTimeout(resolve, 100)) };
    const { monitor } = monitoring({ broken: { ...scriptedChecker(), close: raise }, slow });
    const ended = vi.fn();
    void monitor.stop().then(ended, ended);
    await pass(99);
    expect(ended).not.toHaveBeenCalled();
    await pass(1);
    expect(ended).toHaveBeenCalledOnce();
  });
});

describe('an exception', () => {
  it('of one listener keeps the news from no other, and from no caller', async () => {
    const { monitor, published } = monitoring({ database: scriptedChecker() });
    const heard = vi.fn();
    monitor.onChange(raise);
    monitor.onChange(heard);
    expect(() => monitor.start()).not.toThrow();
    await turn();
    expect(() => monitor.drain()).not.toThrow();
    await monitor.stop();
    expect(heard).toHaveBeenCalledTimes(published.length);
  });

  it('of the log does not end the checking, nor hide the change', async () => {
    const checker = scriptedChecker();
    const { monitor, published } = monitoring(
      { database: checker },
      { observers: [{ onRun: raise, onTransition: raise, onFailure: raise }] },
    );
    monitor.start();
    await pass(1_000);
    checker.now = 'refused';
    await pass(10_000);
    expect(published.at(-1)?.checks[0]?.state.status).toBe('down');
    expect(checker.started.length).toBeGreaterThan(4);
  });

  it('of one checker while it is started keeps no other from being started', async () => {
    const other = scriptedChecker();
    const { monitor } = monitoring({ broken: { ...scriptedChecker(), watch: raise }, other });
    expect(() => monitor.start()).not.toThrow();
    await turn();
    expect(other.started).toHaveLength(1);
  });
});
