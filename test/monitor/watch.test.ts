import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { customChecker } from '../../src/checks/custom.ts';
import type { Checker } from '../../src/health/checker.ts';
import { type CheckRules, rulesOf } from '../../src/health/rules.ts';
import { type Watch, watchCheck } from '../../src/monitor/watch.ts';
import { type Behaviour, fakeTime, manualChecker, scriptedChecker, someRules } from '../support.ts';

beforeEach(() => {
  fakeTime();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Watched {
  readonly watch: Watch;
  /** Every change of status, with why and when. */
  readonly changes: string[];
  /** The reason of every outcome, or `ok`. */
  readonly outcomes: string[];
}

function watching(checker: Checker, rules: Partial<CheckRules> = {}, faulty = (): Checker | undefined => undefined) {
  const watched: Watched = {
    changes: [],
    outcomes: [],
    watch: watchCheck({
      checker,
      rules: someRules(rules),
      faulty,
      onOutcome(before, after) {
        if (after.last !== before.last) watched.outcomes.push(after.last?.reason ?? 'ok');
        if (after.status !== before.status) watched.changes.push(after.reason ?? after.status);
      },
      onFailure() {},
    }),
  };
  watched.watch.start();
  return watched;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const statusOf = ({ watch }: Watched): string => watch.state().status;

describe('a watched check', () => {
  it('is run at once, then somewhere within the first interval, and from then on at every interval', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.3);
    const checker = scriptedChecker();
    watching(checker);
    await pass(20_000);
    expect(checker.started).toEqual([0, 1_500, 6_500, 11_500, 16_500]);
  });

  it('does not drift, however long its runs take', async () => {
    const checker = scriptedChecker();
    const slow: Checker = {
      ...checker,
      async check(signal) {
        await checker.check(signal);
        await new Promise((resolve) => setTimeout(resolve, 700));
      },
    };
    watching(slow);
    await pass(18_000);
    expect(checker.started).toEqual([0, 2_500, 7_500, 12_500, 17_500]);
  });

  it('is up after one success, and down after one failure when it has never been up', async () => {
    const [up, down] = [watching(scriptedChecker('ok')), watching(scriptedChecker('refused'))];
    await pass(0);
    expect([statusOf(up), statusOf(down)]).toEqual(['up', 'down']);
  });

  it('that fails is confirmed to be down within 100 ms', async () => {
    const checker = scriptedChecker();
    const watched = watching(checker);
    await pass(2_499);
    checker.now = 'refused';
    await pass(1);
    expect(statusOf(watched)).toBe('up');
    await pass(99);
    expect(watched.changes).toEqual(['up', 'refused']);
  });

  it('that fails once stays up', async () => {
    const checker = scriptedChecker();
    const watched = watching(checker);
    await pass(2_499);
    checker.now = 'refused';
    await pass(1);
    checker.now = 'ok';
    await pass(60_000);
    expect(watched.changes).toEqual(['up']);
  });

  it('backs off while it is down, and keeps its ticks when it is back', async () => {
    const checker = scriptedChecker('refused');
    const watched = watching(checker, { recoverAfter: 1 });
    await pass(3_000);
    expect(checker.started).toEqual([0, 100, 300, 700, 1_500, 2_500]);
    checker.now = 'ok';
    await pass(10_000);
    expect(watched.changes).toEqual(['refused', 'up']);
    expect(checker.started.slice(6)).toEqual([3_500, 7_500, 12_500]);
  });

  it('with a wrong password is tried a few times in five minutes', async () => {
    const checker = scriptedChecker('auth');
    watching(checker);
    await pass(300_000);
    expect(checker.started.length).toBeLessThanOrEqual(9);
  });

  it.each([1, 2, 10])(
    'slows down from the first refusal on, however many failures it takes (%i)',
    async (failAfter) => {
      const checker = scriptedChecker();
      watching(checker, { failAfter });
      await pass(2_400);
      checker.started.length = 0;
      checker.now = 'auth';
      for (let second = 0; second < 60; second += 1) {
        checker.notice();
        await pass(1_000);
      }
      expect(checker.started).toEqual([2_400, 7_400, 17_400, 37_400]);
    },
  );

  it('that is busy keeps to its ticks', async () => {
    const checker = scriptedChecker('overloaded');
    const watched = watching(checker);
    await pass(10_000);
    expect(checker.started).toEqual([0, 2_500, 7_500]);
    expect(watched.changes).toEqual([]);
  });

  it('has one run at a time, whatever asks for more', async () => {
    const checker = manualChecker();
    const { watch } = watching(checker, { timeoutMs: 60_000, staleAfterMs: 200_000 });
    void watch.recheck();
    checker.notice();
    void watch.recheck();
    await pass(30_000);
    expect(checker.calls).toHaveLength(1);
    checker.calls[0]?.resolve();
    await pass(1);
    expect(checker.calls).toHaveLength(2);
  });

  it('has one run at a time even if it is asked for another one by its own checker', async () => {
    const checker = manualChecker();
    const asking: Checker = {
      ...checker,
      check(signal) {
        const answer = checker.check(signal);
        if (checker.calls.length < 3) void watched.watch.recheck();
        return answer;
      },
    };
    let fault: Checker | undefined;
    const watched = watching(scriptedChecker(), {}, () => fault);
    await pass(1_000);
    fault = asking;
    void watched.watch.recheck();
    await pass(0);
    expect(checker.calls).toHaveLength(1);
  });

  it('runs a fault in the place of the checker, and says so', async () => {
    const checker = scriptedChecker();
    let fault: Checker | undefined = scriptedChecker('unavailable');
    const watched = watching(checker, {}, () => fault);
    await pass(0);
    expect(watched.watch.state()).toMatchObject({ status: 'down', reason: 'unavailable', last: { simulated: true } });
    expect(checker.started).toEqual([]);
    fault = undefined;
    await Promise.all([watched.watch.recheck(), pass(100)]);
    expect(watched.watch.state()).toMatchObject({ status: 'up', last: { simulated: false } });
  });

  it('keeps no more than two timers and a flat memory over 10,000 ticks', async () => {
    const checker = scriptedChecker();
    watching(checker);
    await pass(500 * 5_000);
    checker.started.length = 0;
    const before = process.memoryUsage().heapUsed;
    await pass(9_500 * 5_000);
    expect(checker.started).toHaveLength(9_500);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(40e6);
  });

  it('does not spin when a result may live for as long as a timer can wait', async () => {
    const checker = scriptedChecker();
    watching(checker, rulesOf('slow', { interval: '590h' }));
    await pass(0);
    const timers = vi.spyOn(globalThis, 'setTimeout');
    await pass(1_000);
    expect(timers.mock.calls.length).toBeLessThan(5);
  });

  it('is run although its driver cannot be listened to', async () => {
    const checker = scriptedChecker();
    const deaf: Checker = {
      ...checker,
      watch() {
        throw new Error('no events');
      },
    };
    expect(() => watching(deaf)).not.toThrow();
    await pass(0);
    expect(checker.started).toEqual([0]);
  });
});

describe('a checker that never settles', () => {
  it('is a timeout once, is never started again, and goes stale when it was up', async () => {
    const checker = scriptedChecker();
    const watched = watching(checker);
    await pass(1_000);
    checker.now = 'hang';
    await pass(2_600);
    expect(watched).toMatchObject({ outcomes: ['ok', 'timeout'], changes: ['up'] });
    await pass(17_000);
    expect(statusOf(watched)).toBe('up');
    await pass(1_000);
    expect(watched).toMatchObject({ outcomes: ['ok', 'timeout'], changes: ['up', 'stale'] });
    await pass(3_600_000);
    expect(checker.started).toHaveLength(2);
    expect(watched.changes).toEqual(['up', 'stale']);
  });

  it('piles nothing up over 10,000 ticks', async () => {
    const checker = manualChecker();
    const watched = watching(checker);
    for (let tick = 0; tick < 100; tick += 1) {
      checker.notice();
      await pass(100 * 5_000);
    }
    expect(checker.calls).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
    expect(watched.outcomes).toEqual(['timeout']);
  });

  it('comes back when it settles after all', async () => {
    const checker = manualChecker();
    const watched = watching(checker);
    await pass(60_000);
    expect(watched.changes).toEqual(['timeout']);
    checker.calls[0]?.reject(new Error('gave up at last'));
    for (let call = 1; call <= 2; call += 1) {
      await pass(200);
      checker.calls[call]?.resolve();
    }
    await pass(0);
    expect(watched.changes).toEqual(['timeout', 'up']);
  });
});

describe('a function that never settles', () => {
  /** Hangs, whatever its signal says, until it is told otherwise; each call is settled by the test, if at all. */
  function hangingFunction() {
    const calls = manualChecker();
    const scripted = scriptedChecker('hang');
    const started: number[] = [];
    return {
      calls: calls.calls,
      started,
      now: (behaviour: Behaviour) => {
        scripted.now = behaviour;
      },
      checker: {
        ...customChecker((signal) => {
          started.push(performance.now());
          return scripted.now === 'hang' ? calls.check(signal) : scripted.check(signal);
        }),
        explain: scripted.explain,
      },
    };
  }

  it('is confirmed by a second call to be down, and called again after pauses that grow up to a minute', async () => {
    const hanging = hangingFunction();
    const watched = watching(hanging.checker);
    await pass(300_000);
    expect(watched.changes).toEqual(['timeout']);
    const pauses = hanging.started
      .slice(1)
      .map((at, index) => Math.round((at - (hanging.started[index] ?? 0)) / 1_000));
    expect(pauses).toEqual([1, 6, 61, 61, 61, 61]);
  });

  it('is up again within about a minute when the next call is answered', async () => {
    const hanging = hangingFunction();
    const watched = watching(hanging.checker);
    await pass(3_600_000);
    hanging.now('ok');
    await pass(61_000);
    expect(watched.changes).toEqual(['timeout', 'up']);
  });

  it('is called again at once when one of those left behind settles', async () => {
    const hanging = hangingFunction();
    const watched = watching(hanging.checker);
    await pass(200_000);
    hanging.now('ok');
    hanging.calls[hanging.calls.length - 1]?.reject(new Error('gave up at last'));
    await pass(1_300);
    expect(watched.changes).toEqual(['timeout', 'up']);
  });

  it('leaves five behind at most, even if it is asked for more and more', async () => {
    const hanging = hangingFunction();
    const { watch } = watching(hanging.checker);
    for (let second = 0; second < 170; second += 1) {
      void watch.recheck();
      await pass(1_000);
    }
    expect(hanging.started).toHaveLength(5);
    await pass(3_600_000);
    const within = hanging.started.map((from) => hanging.started.filter((at) => at >= from && at < from + 180_000));
    expect(Math.max(...within.map(({ length }) => length))).toBe(5);
  });

  it('keeps no more than two timers and a flat memory over 10,000 ticks', async () => {
    const scripted = scriptedChecker('hang');
    const watched = watching({ ...customChecker(scripted.check), explain: scripted.explain });
    await pass(500 * 5_000);
    const before = process.memoryUsage().heapUsed;
    await pass(9_500 * 5_000);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(2);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20e6);
    expect(scripted.started.length).toBeLessThan(900);
    scripted.now = 'ok';
    await pass(61_000);
    expect(watched.changes).toEqual(['timeout', 'up']);
  });

  it('that is late once stays up', async () => {
    const hanging = hangingFunction();
    hanging.now('ok');
    const watched = watching(hanging.checker);
    await pass(2_400);
    hanging.now('hang');
    await pass(1_000);
    hanging.now('ok');
    await pass(600_000);
    expect(watched.changes).toEqual(['up']);
    expect(watched.outcomes.filter((outcome) => outcome !== 'ok')).toEqual(['timeout']);
  });

  it('is not waited for at the end', async () => {
    const hanging = hangingFunction();
    const { watch } = watching(hanging.checker);
    await pass(30_000);
    await watch.stop();
    for (const call of hanging.calls) call.resolve();
    await pass(600_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(hanging.started).toHaveLength(hanging.calls.length);
  });
});

describe("a driver's notice", () => {
  it('leads to a run at once, and to down only when a second one confirms it, within 100 ms', async () => {
    const checker = scriptedChecker();
    const watched = watching(checker);
    await pass(1_000);
    checker.now = 'refused';
    checker.notice();
    await pass(1);
    expect(checker.started).toEqual([0, 1_000]);
    expect(statusOf(watched)).toBe('up');
    await pass(98);
    expect(watched.changes).toEqual(['up', 'refused']);
  });

  it('during a run leads to another one after it', async () => {
    const checker = manualChecker();
    const watched = watching(checker);
    checker.calls[0]?.resolve();
    await pass(2_500);
    checker.notice();
    checker.calls[1]?.resolve();
    await pass(100);
    expect(checker.calls).toHaveLength(3);
    expect(statusOf(watched)).toBe('up');
  });

  it('shifts no tick', async () => {
    const checker = scriptedChecker();
    watching(checker);
    await pass(1_000);
    checker.notice();
    await pass(9_000);
    expect(checker.started).toEqual([0, 1_000, 2_500, 7_500]);
  });

  it('says nothing new while the check is pending or down', async () => {
    const checker = scriptedChecker('refused');
    watching(checker);
    checker.notice();
    await pass(50);
    checker.notice();
    await pass(49);
    expect(checker.started).toEqual([0]);
  });

  it('leads to nothing once the watch has stopped', async () => {
    const checker = scriptedChecker();
    const { watch } = watching(checker);
    await pass(1_000);
    await watch.stop();
    checker.notice();
    await pass(60_000);
    expect(checker.started).toEqual([0]);
  });

  it.each(['during', 'right after'])('that comes %s every run does not make a tight loop', async (when) => {
    const checker = scriptedChecker();
    const noisy: Checker = {
      ...checker,
      watch: (notice) => checker.watch?.(notice),
      async check(signal) {
        const answer = checker.check(signal);
        if (checker.started.length > 400) return answer;
        if (when === 'during') checker.notice();
        else setTimeout(() => checker.notice(), 1);
        return answer;
      },
    };
    watching(noisy);
    await pass(10_000);
    expect(checker.started.length).toBeLessThanOrEqual(210);
  });
});

describe('a re-check', () => {
  it('resolves with a run that began after it was asked for, not with the one under way', async () => {
    const checker = manualChecker();
    const { watch } = watching(checker);
    const resolved = vi.fn();
    void watch.recheck().then(resolved);
    checker.calls[0]?.resolve();
    await pass(1);
    expect(resolved).not.toHaveBeenCalled();
    checker.calls[1]?.resolve();
    await pass(0);
    expect(resolved).toHaveBeenCalledOnce();
  });

  it('resolves only once the thresholds have been passed', async () => {
    const checker = scriptedChecker();
    const watched = watching(checker, { failAfter: 3 });
    await pass(1_000);
    checker.now = 'refused';
    let then = '';
    void watched.watch.recheck().then(() => {
      then = statusOf(watched);
    });
    await pass(100);
    expect(then).toBe('down');
    expect(checker.started).toHaveLength(4);
  });

  it('resolves for everybody who waits', async () => {
    const checker = scriptedChecker();
    const { watch } = watching(checker);
    await pass(1_000);
    await Promise.all([watch.recheck(), watch.recheck(), watch.recheck(), pass(10)]);
    expect(checker.started.length).toBeLessThanOrEqual(3);
  });
});

describe('stopping', () => {
  it('aborts the run under way, resolves who waits, closes the checker and leaves no timer', async () => {
    const checker = manualChecker();
    const watched = watching(checker);
    checker.calls[0]?.resolve();
    await pass(1_000);
    const waiting = watched.watch.recheck();
    await watched.watch.stop();
    await waiting;
    expect(checker.calls[1]?.signal.aborted).toBe(true);
    expect(checker.closed).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives a checker as long to close as a run has', async () => {
    const checker = { ...manualChecker(), close: () => new Promise<void>(() => {}) };
    const { watch } = watching(checker, { timeoutMs: 700 });
    const stopped = watch.stop().catch((error: unknown) => error);
    await pass(699);
    expect(vi.getTimerCount()).toBe(1);
    await pass(1);
    expect(await stopped).toMatchObject({ code: 'PROBITY_CLOSE', message: 'Not closed within 700 ms' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports nothing of what comes afterwards', async () => {
    const checker = manualChecker();
    const watched = watching(checker);
    await watched.watch.stop();
    checker.calls[0]?.reject(new Error('stopped'));
    await pass(60_000);
    expect(watched.outcomes).toEqual([]);
    expect(checker.calls).toHaveLength(1);
  });

  it('lets nobody wait for ever who asks for a re-check afterwards', async () => {
    const { watch } = watching(scriptedChecker());
    await watch.stop();
    const resolved = vi.fn();
    void watch.recheck().then(resolved);
    await pass(60_000);
    expect(resolved).toHaveBeenCalledOnce();
  });
});

describe('whatever happens', () => {
  const happening = fc.oneof(
    fc.constantFrom<Behaviour>('ok', 'refused', 'auth', 'overloaded'),
    fc.constantFrom('notice' as const, 'recheck' as const),
    fc.integer({ min: 1, max: 8_000 }),
  );

  it('there is one run at a time, few timers, and no check that is up on old news', async () => {
    const rules = { timeoutMs: 100, intervalMs: 1_000, staleAfterMs: 1_100 };
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 30 }), fc.nat(3_000), async (happenings, durationMs) => {
        vi.clearAllTimers();
        let [running, most] = [0, 0];
        const scripted = scriptedChecker();
        const checker: Checker = {
          ...scripted,
          watch: (notice) => scripted.watch?.(notice),
          async check(signal) {
            most = Math.max(most, ++running);
            // Lets go late, or not at all: every run takes as long as it takes.
            await new Promise((resolve) => setTimeout(resolve, durationMs));
            running -= 1;
            await scripted.check(signal);
          },
        };
        const { watch } = watching(checker, rules);
        for (const what of happenings) {
          if (typeof what === 'number') await pass(what);
          else if (what === 'notice') scripted.notice();
          else if (what === 'recheck') void watch.recheck();
          else scripted.now = what;
          const { status, last } = watch.state();
          const old = performance.now() - (last?.at ?? 0) > rules.staleAfterMs + 2;
          expect(status === 'up' && old).toBe(false);
          expect(vi.getTimerCount()).toBeLessThanOrEqual(4);
        }
        await watch.stop();
        expect(most).toBe(1);
      }),
      { numRuns: 200 },
    );
  });
});
