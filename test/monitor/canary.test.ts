import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Checker } from '../../src/health/checker.ts';
import { createMonitor, type Monitor } from '../../src/monitor/monitor.ts';
import { type Behaviour, fakeTime, type ScriptedChecker, scriptedChecker, someRules } from '../support.ts';

beforeEach(() => {
  fakeTime();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

interface Canaried extends ScriptedChecker {
  /** What the next fresh connections come to. */
  anew: Behaviour;
  /** When each was tried. */
  readonly dialled: number[];
  /** How many stand. */
  open: number;
}

function canaried(): Canaried {
  const checker: Canaried = Object.assign(scriptedChecker(), {
    anew: 'ok' as Behaviour,
    dialled: [],
    open: 0,
    async fresh(signal: AbortSignal): Promise<void> {
      const { anew } = checker;
      checker.dialled.push(performance.now());
      checker.open += 1;
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        if (anew === 'ok') resolve();
        else if (anew !== 'hang') reject(anew);
      }).finally(() => {
        checker.open -= 1;
      });
    },
  });
  return checker;
}

interface Watched {
  readonly monitor: Monitor;
  readonly events: string[];
  /** What a probe or a page would show of the check. */
  shown(): string;
}

function watching(checker: Checker, canary = { everyMs: 300_000, required: false }, now?: () => Checker): Watched {
  const events: string[] = [];
  const monitor = createMonitor({
    checks: [{ name: 'database', checker, rules: someRules({ canary }) }],
    distress: () => [],
    faulty: () => now?.(),
    observers: [
      {
        onTransition: (_, before, after) => void events.push(`${before.status} ${after.status}`),
        onWarning: (_, { warning }) => void events.push(`warning ${warning}`),
      },
    ],
  });
  const shown = (): string => {
    const [check] = monitor.snapshot().checks;
    return [check?.state.status, check?.state.reason].join(' ').trim();
  };
  monitor.start();
  return { monitor, events, shown };
}

describe('a canary', () => {
  it('is one connection a period, the first somewhere in it, and nothing between', async () => {
    const checker = canaried();
    const { monitor } = watching(checker);
    await pass(149_999);
    expect(checker.dialled).toEqual([]);
    await pass(3_000_000);
    expect(checker.dialled).toHaveLength(10);
    const gaps = checker.dialled.slice(1).map((at, index) => at - Number(checker.dialled[index]));
    for (const gap of gaps) expect(gap).toBe(300_000);
    expect(checker.open).toBe(0);
    await monitor.stop();
  });

  it('degrades the check with its reason, and is forgiven by the next good one', async () => {
    const checker = canaried();
    const { monitor, events, shown } = watching(checker);
    await pass(149_000);
    expect(shown()).toBe('up');
    checker.anew = 'auth';
    await pass(2_000);
    expect(shown()).toBe('up auth');
    expect(monitor.snapshot().checks[0]?.state.canary).toMatchObject({ kind: 'failed', reason: 'auth' });
    await pass(100_000);
    expect(shown()).toBe('up auth');
    checker.anew = 'ok';
    await pass(200_000);
    expect(shown()).toBe('up');
    expect(events).toEqual(['pending up', 'warning auth', 'warning undefined']);
    await monitor.stop();
  });

  it('tries refused credentials once a period, and everything else again after half a minute', async () => {
    const checker = canaried();
    const { monitor } = watching(checker);
    checker.anew = 'auth';
    await pass(600_000);
    expect(checker.dialled).toHaveLength(2);
    checker.anew = 'tls';
    await pass(300_000);
    expect(checker.dialled.length).toBeGreaterThan(5);
    expect(checker.dialled.length).toBeLessThan(12);
    await monitor.stop();
  });

  it('has the deadline of a run, and holds nothing after it', async () => {
    const checker = canaried();
    const { monitor, shown } = watching(checker);
    checker.anew = 'hang';
    await pass(150_500);
    expect(checker.open).toBe(1);
    await pass(600);
    expect(shown()).toBe('up timeout');
    expect(checker.open).toBe(0);
    await monitor.stop();
  });

  it('is not tried while the check is down, and what it said before does not outlive that', async () => {
    const checker = canaried();
    const { monitor, events, shown } = watching(checker);
    checker.anew = 'auth';
    await pass(160_000);
    expect(shown()).toBe('up auth');
    checker.now = 'refused';
    await pass(600_000);
    expect(shown()).toBe('down refused');
    expect(checker.dialled).toHaveLength(1);
    checker.now = 'ok';
    await pass(2_000);
    expect(shown()).toBe('up');
    expect(events).toEqual(['pending up', 'warning auth', 'up down', 'down up', 'warning undefined']);
    await monitor.stop();
  });

  it('ends with the monitor, in the middle of a connection as well', async () => {
    const checker = canaried();
    const { monitor } = watching(checker);
    checker.anew = 'hang';
    await pass(150_500);
    expect(checker.open).toBe(1);
    await monitor.stop();
    await pass(0);
    expect(checker.open).toBe(0);
    await pass(1_000_000);
    expect(checker.dialled).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is none for a check that keeps nothing, and none when it is turned off', async () => {
    const [plain, off] = [scriptedChecker(), canaried()];
    const first = watching(plain);
    const monitor = createMonitor({
      checks: [{ name: 'database', checker: off, rules: someRules() }],
      distress: () => [],
      faulty: () => undefined,
      observers: [],
    });
    monitor.start();
    await pass(1_000_000);
    expect(off.dialled).toEqual([]);
    await first.monitor.stop();
    await monitor.stop();
  });

  it('tells the failure for the log, and survives an explanation that throws', async () => {
    const checker = canaried();
    checker.explain = () => {
      throw new Error('not again');
    };
    const { monitor, shown } = watching(checker);
    checker.anew = 'auth';
    await pass(151_000);
    expect(shown()).toBe('up unavailable');
    await monitor.stop();
  });
});

describe('the certificate of a check', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, undefined, 'soon'])(
    'is not known where the checker says %j',
    async (said) => {
      const { monitor, shown } = watching({ ...scriptedChecker(), certificateExpiry: () => said as number });
      await pass(10);
      expect(shown()).toBe('up');
      expect(monitor.snapshot().checks[0]?.state).not.toHaveProperty('certificateExpiry');
      await monitor.stop();
    },
  );

  it('is not known where the checker throws, and the runs go on', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const certificateExpiry = () => {
      throw new Error('not again');
    };
    const checker = Object.assign(scriptedChecker(), { certificateExpiry });
    const { monitor, shown } = watching(checker);
    await pass(12_000);
    expect(shown()).toBe('up');
    expect(checker.started.length).toBeGreaterThanOrEqual(3);
    expect(warned).toHaveBeenCalled();
    await monitor.stop();
  });
});

describe('a canary that is required', () => {
  const required = { everyMs: 300_000, required: true };

  it('counts like a run: it takes the check down after failAfter of them, and lets it come back', async () => {
    const checker = canaried();
    const { monitor, events, shown } = watching(checker, required);
    checker.anew = 'refused';
    await pass(149_000);
    expect(shown()).toBe('up');
    await pass(1_100);
    expect(shown()).toBe('down refused');
    expect(checker.dialled.length).toBeGreaterThanOrEqual(2);
    checker.anew = 'ok';
    await pass(2_000);
    expect(shown()).toBe('up');
    const { length } = checker.dialled;
    await pass(140_000);
    expect(checker.dialled).toHaveLength(length);
    expect(events.filter((event) => !event.startsWith('warning'))).toEqual(['pending up', 'up down', 'down up']);
    await monitor.stop();
  });

  it('slows down where credentials are refused', async () => {
    const checker = canaried();
    const { monitor, shown } = watching(checker, required);
    checker.anew = 'auth';
    await pass(450_000);
    expect(shown()).toBe('down auth');
    expect(checker.dialled.length).toBeLessThan(12);
    await monitor.stop();
  });

  it('is one connection a period while all is well, and none while the check fails by itself', async () => {
    const checker = canaried();
    const { monitor } = watching(checker, required);
    await pass(1_500_000);
    expect(checker.dialled).toHaveLength(5);
    checker.now = 'refused';
    await pass(1_500_000);
    expect(checker.dialled).toHaveLength(5);
    checker.now = 'ok';
    await pass(2_000);
    expect(checker.dialled).toHaveLength(6);
    await monitor.stop();
  });

  it('keeps its deadline together with the run, and holds nothing after it', async () => {
    const checker = canaried();
    const { monitor, shown } = watching(checker, required);
    checker.anew = 'hang';
    await pass(149_999);
    await pass(3_100);
    expect(shown()).toBe('down timeout');
    checker.anew = 'ok';
    await pass(5_000);
    expect(shown()).toBe('up');
    expect(checker.open).toBe(0);
    await monitor.stop();
  });

  it('neither passes nor fails by a simulated run', async () => {
    const checker = canaried();
    let fault: Checker | undefined;
    const { monitor } = watching(checker, required, () => fault as Checker);
    fault = scriptedChecker();
    await pass(160_000);
    expect(checker.dialled).toEqual([]);
    fault = undefined;
    await pass(5_000);
    expect(checker.dialled).toHaveLength(1);
    await monitor.stop();
  });
});
