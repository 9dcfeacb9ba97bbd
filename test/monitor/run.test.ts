import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { Outcome } from '../../src/health/check-state.ts';
import { type Checker, CheckFailure } from '../../src/health/checker.ts';
import { type Run, run } from '../../src/monitor/run.ts';
import { fakeTime, manualChecker } from '../support.ts';

beforeEach(fakeTime);
afterEach(() => void vi.useRealTimers());

/** In fake time, the next turn of the event loop is a millisecond away. */
const turnMs = 1;

const checking = (check: Checker['check'], explain: Checker['explain'] = () => 'refused'): Checker => ({
  check,
  explain,
});

const runOf = (checker: Checker, onFailure: (error: unknown) => void = () => {}): Run =>
  run({ checker, timeoutMs: 1_000, simulated: false, onFailure });

function raise(error: unknown): never {
  throw error;
}

/** No promise, but treated as one by `await`: as some libraries answer. */
const thenable = (then: (resolve: () => void) => void): Promise<unknown> => ({ then }) as never;

/** What a run has come to, once everything is done that takes no time. */
async function outcomeOf(under: Run): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined;
  void under.outcome.then((value) => {
    outcome = value;
  });
  await vi.advanceTimersByTimeAsync(0);
  return outcome;
}

/** An error whose every property, and even its type, throws. */
const hostile: object = new Proxy(
  {},
  {
    get() {
      throw new Error('hostile');
    },
    getPrototypeOf() {
      throw new Error('hostile');
    },
  },
);

describe('a run', () => {
  it('is ok when the checker resolves, with anything that does not say no', async () => {
    for (const value of [undefined, null, true, 0, '', [], { rows: [] }, { status: 'up' }]) {
      const outcome = await outcomeOf(runOf(checking(async () => value)));
      expect(outcome).toEqual({ kind: 'ok', simulated: false, at: 0, durationMs: 0 });
    }
  });

  it('says how long it took, when it ended, and whether a fault lay over it', async () => {
    const checker = manualChecker();
    const under = run({ checker, timeoutMs: 1_000, simulated: true, onFailure() {} });
    await vi.advanceTimersByTimeAsync(250);
    checker.calls[0]?.resolve();
    expect(await outcomeOf(under)).toEqual({ kind: 'ok', simulated: true, at: 250, durationMs: 250 });
  });

  it.each<[string, Checker['check']]>([
    ['rejects with an error', () => Promise.reject(new Error('refused'))],
    ['rejects with a string', () => Promise.reject('refused')],
    ['rejects with nothing', () => Promise.reject()],
    ['throws synchronously', () => raise(new Error('refused'))],
    ['throws null', () => raise(null)],
    ['answers with a thenable that throws', () => thenable(() => raise(new Error('refused')))],
  ])('has failed for the reason that the checker explains when it %s', async (_, check) => {
    const under = runOf(checking(check));
    expect(await outcomeOf(under)).toMatchObject({ kind: 'failed', reason: 'refused' });
    await under.settled;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for a thenable as for a promise', async () => {
    const under = runOf(checking(() => thenable((resolve) => void setTimeout(resolve, 300))));
    expect(await outcomeOf(under)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(300);
    expect(await outcomeOf(under)).toMatchObject({ kind: 'ok', durationMs: 300 });
  });

  it('takes a busy reason as busy', async () => {
    const under = runOf(
      checking(
        () => Promise.reject(),
        () => 'pool_saturated',
      ),
    );
    expect(await outcomeOf(under)).toMatchObject({ kind: 'busy', reason: 'pool_saturated' });
  });

  it('takes the word of a CheckFailure over any explanation', async () => {
    const check = () => Promise.reject(new CheckFailure('read_only', 'Expected to write'));
    expect(await outcomeOf(runOf(checking(check)))).toMatchObject({ kind: 'failed', reason: 'read_only' });
  });

  it('counts the first word of a checker that settles twice', async () => {
    const check = () =>
      new Promise((resolve, reject) => {
        reject(new Error('first'));
        resolve('second');
        reject(new Error('third'));
      });
    const failures: unknown[] = [];
    expect(await outcomeOf(runOf(checking(check), (error) => failures.push(error)))).toMatchObject({ kind: 'failed' });
    expect(failures).toEqual([new Error('first')]);
  });

  describe('at its deadline', () => {
    it('has failed for a timeout, and tells the checker to let go', async () => {
      const checker = manualChecker();
      const under = runOf(checker);
      await vi.advanceTimersByTimeAsync(999);
      expect(await outcomeOf(under)).toBeUndefined();
      expect(checker.calls[0]?.signal.aborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1 + turnMs);
      expect(await outcomeOf(under)).toMatchObject({ kind: 'failed', reason: 'timeout', durationMs: 1_000 + turnMs });
      expect(checker.calls[0]?.signal.aborted).toBe(true);
      expect(checker.calls[0]?.signal.reason).toEqual(new Error('No answer within 1000ms'));
      expect(vi.getTimerCount()).toBe(0);
    });

    it('is a timeout whatever the checker says when it is told to let go', async () => {
      const check = (signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new CheckFailure('dns', 'gave up'))));
      const under = runOf(checking(check));
      await vi.advanceTimersByTimeAsync(1_000 + turnMs);
      expect(await outcomeOf(under)).toMatchObject({ reason: 'timeout' });
    });

    it.each(['resolve', 'reject'] as const)('ignores what comes late (%s), and settles with it', async (how) => {
      const checker = manualChecker();
      const under = runOf(checker);
      let settled = false;
      void under.settled.then(() => {
        settled = true;
      });
      await vi.advanceTimersByTimeAsync(5_000);
      expect(settled).toBe(false);
      checker.calls[0]?.[how]();
      expect(await outcomeOf(under)).toMatchObject({ reason: 'timeout', at: 1_000 + turnMs });
      expect(settled).toBe(true);
    });

    it('still takes an answer that was there in time, and that a blocked event loop kept from being read', async () => {
      const checker = manualChecker();
      const under = runOf(checker);
      // Timers come first in a turn of the loop, and what the sockets have received comes next.
      await vi.advanceTimersByTimeAsync(1_000);
      checker.calls[0]?.resolve();
      await vi.advanceTimersByTimeAsync(turnMs);
      expect(await outcomeOf(under)).toMatchObject({ kind: 'ok' });
      expect(checker.calls[0]?.signal.aborted).toBe(false);
    });
  });

  describe('survives', () => {
    it.each<[string, Checker['explain']]>([
      ['throws', () => raise(new Error('no idea'))],
      ['says nothing', () => undefined as never],
      ['says a word that is not in the contract', () => 'banana' as Reason],
      ['says a word that every object knows', () => 'constructor' as Reason],
      ['promises to say', (async () => 'refused') as never],
    ])('an explanation that %s: the dependency is unavailable, and certainly not ok', async (_, explain) => {
      const under = runOf(checking(() => Promise.reject(new Error('refused')), explain));
      expect(await outcomeOf(under)).toMatchObject({ kind: 'failed', reason: 'unavailable' });
    });

    it('a CheckFailure with a reason that is not in the contract', async () => {
      const check = () => Promise.reject(new CheckFailure('banana' as Reason, 'what?'));
      expect(await outcomeOf(runOf(checking(check)))).toMatchObject({ kind: 'failed', reason: 'unavailable' });
    });

    it('an error that throws when it is looked at', async () => {
      const look = (error: unknown): Reason => (error as { reason: Reason }).reason;
      const under = runOf(checking(() => Promise.reject(hostile), look));
      expect(await outcomeOf(under)).toMatchObject({ kind: 'failed', reason: 'unavailable' });
    });

    it('a log that throws', async () => {
      const under = runOf(
        checking(() => Promise.reject(new Error('refused'))),
        () => raise(new Error('disk full')),
      );
      expect(await outcomeOf(under)).toMatchObject({ kind: 'failed', reason: 'refused' });
      await under.settled;
    });
  });

  it('that is aborted tells the checker, and leaves no timer behind even if that one does not listen', async () => {
    const checker = manualChecker();
    runOf(checker).abort();
    expect(checker.calls[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
