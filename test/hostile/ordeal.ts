import type { Checker } from '../../src/health/checker.ts';
import { watchCheck } from '../../src/monitor/watch.ts';
import { someRules } from '../support.ts';
import type { HostileProxy } from './hostile-proxy.ts';
import type { Subject } from './subjects.ts';

const intervalMs = 100;
const timeoutMs = 400;

/** What a run may take beyond its deadline, to let go of what it holds, on a machine that has much else to do. */
const graceMs = 2_000;

/**
 * So many runs may fail that begin once the dependency is good, those aside that a busy machine has made miss their short
 * deadline: how long it takes until they begin is held by the tests of the schedule.
 */
const mostFailures = 3;

/** Longer than anything here takes, on a machine that has much else to do. */
const patienceMs = 30_000;

/**
 * Watches a check while its dependency is hostile, then good, and then no longer. Gives what went wrong.
 *
 * @param isCut whether the connections that the hostile server has left hanging end when it turns good, as they do when
 * it is restarted: a client that is not the check's own may keep them for ever
 */
export async function ordeal(
  subject: Subject,
  proxy: Pick<HostileProxy, 'damaged' | 'turnGood' | 'cut'>,
  isCut: boolean,
): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = new Set<() => void>();
  let runs = 0;
  let goodSince = Number.POSITIVE_INFINITY;
  let failuresSince = 0;
  const watch = watchCheck({
    checker: timed(subject.checker, (ms) => wrong.push(`a run ended ${Math.round(ms)} ms after its deadline`)),
    rules: someRules({
      intervalMs,
      timeoutMs,
      failAfter: 1,
      recoverAfter: 1,
      canary: { everyMs: 300, required: false },
    }),
    faulty: () => undefined,
    onOutcome(before, after) {
      if (after.last !== undefined && after.last !== before.last) {
        runs += 1;
        const { at, durationMs, kind, reason } = after.last;
        if (at - durationMs >= goodSince && kind !== 'ok' && reason !== 'timeout') failuresSince += 1;
      }
      for (const look of waiting) look();
    },
    onFailure() {},
  });
  const until = (isSo: () => boolean, what: string): Promise<void> =>
    within(
      new Promise((resolve) => {
        const look = (): void => void (isSo() && waiting.delete(look) && resolve());
        waiting.add(look);
        look();
      }),
      what,
    );
  const within = async (work: Promise<void>, what: string): Promise<void> => {
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), patienceMs);
    if ((await Promise.race([work, late])) === 'late') wrong.push(what);
    clearTimeout(timer);
  };

  const listeners = subject.listeners();
  watch.start();
  await within(proxy.damaged, 'the conversation never came as far');
  const hurt = runs;
  await until(() => runs >= hurt + 2, 'there were no further runs');
  proxy.turnGood();
  if (isCut) proxy.cut();
  goodSince = performance.now();
  const isWell = (): boolean => {
    const { last, status } = watch.state();
    return status === 'up' && last?.kind === 'ok' && last.at - last.durationMs >= goodSince;
  };
  await until(isWell, `it never came back: ${watch.state().reason} ${watch.state().last?.why}`);
  if (failuresSince > mostFailures) wrong.push(`${failuresSince} runs have failed meanwhile`);
  await watch.stop();
  if (subject.listeners() > Math.max(listeners, 0)) wrong.push('it keeps listeners of a client that it has given back');
  subject.end();
  return wrong;
}

function timed(checker: Checker, isLate: (ms: number) => void): Checker {
  return {
    ...checker,
    async check(signal) {
      let abortedAt = Number.POSITIVE_INFINITY;
      signal.addEventListener('abort', () => {
        abortedAt = performance.now();
      });
      try {
        return await checker.check(signal);
      } finally {
        const ms = performance.now() - abortedAt;
        if (ms > graceMs) isLate(ms);
      }
    },
  };
}
