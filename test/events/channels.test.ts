import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { publishEvents } from '../../src/events/channels.ts';
import type { ProbityEvents } from '../../src/events/events.ts';
import { createProbity, type Probity } from '../../src/service/probity.ts';
import { startProgram } from '../shutdown/program.ts';
import { outcome, scriptedChecker, someRules, up } from '../support.ts';

type Name = keyof ProbityEvents;

let probity: Probity | undefined;
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await probity?.stop();
});

function listen<Of extends Name>(name: Of, take: (event: ProbityEvents[Of]) => void): void {
  const listener = (event: unknown): void => take(event as ProbityEvents[Of]);
  subscribe(name, listener);
  ends.push(() => unsubscribe(name, listener));
}

/** Resolves with the first event that is so. */
const heard = <Of extends Name>(name: Of, isSo: (event: ProbityEvents[Of]) => boolean): Promise<ProbityEvents[Of]> =>
  new Promise((resolve) => listen(name, (event) => isSo(event) && resolve(event)));

describe('the events', () => {
  it('tell runs, transitions and faults', async () => {
    const checker = scriptedChecker();
    const own = createProbity({ simulation: true, checks: { database: { checker } } });
    probity = own;
    const begun = Date.now();
    const ran = heard('probity:check', () => true);
    const rose = heard('probity:transition', ({ to }) => to === 'up');
    const { port } = await own.listen(0, '127.0.0.1');
    expect(await ran).toEqual({
      check: 'database',
      outcome: 'ok',
      simulated: false,
      durationMs: expect.any(Number),
      at: expect.any(Number),
    });
    const risen = await rose;
    expect(risen).toEqual({
      check: 'database',
      from: 'pending',
      to: 'up',
      simulated: false,
      durationMs: expect.any(Number),
      at: expect.any(Number),
    });
    expect(risen.at).toBeGreaterThanOrEqual(begun - 1);
    expect(risen.at).toBeLessThanOrEqual(Date.now() + 1);

    const set = heard('probity:fault', ({ action }) => action === 'set');
    const fell = heard('probity:transition', ({ to }) => to === 'down');
    const failed = heard('probity:check', (event) => event.outcome === 'failed');
    await fetch(`http://127.0.0.1:${port}/simulate_db_failure`, { method: 'POST' });
    const { at, until, ...fault } = await set;
    expect(fault).toEqual({ check: 'database', action: 'set', kind: 'outage' });
    expect(Math.round((until - at) / 1_000)).toBe(900);
    expect(await failed).toMatchObject({ reason: 'unavailable', simulated: true });
    expect(await fell).toMatchObject({ from: 'up', to: 'down', reason: 'unavailable', simulated: true });
    expect((await fell).durationMs).toBeCloseTo((await fell).at - risen.at, -1);

    const cleared = heard('probity:fault', ({ action }) => action === 'cleared');
    await fetch(`http://127.0.0.1:${port}/simulate_db_recovery`, { method: 'POST' });
    expect(await cleared).toMatchObject({ check: 'database', kind: 'outage' });
  });

  it('tell the reason of a failure, and nothing else of its error', async () => {
    const events: unknown[] = [];
    const name = 'probity:check';
    listen(name, (event) => events.push(event));
    const failed = heard(name, () => true);
    probity = createProbity({ checks: { own: () => Promise.reject(new Error('postgres://app:hunter2@db')) } });
    probity.start();
    await failed;
    expect(events[0]).toMatchObject({ check: 'own', outcome: 'failed', reason: 'unavailable' });
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });

  it('cannot be changed by a subscriber for the next one', () => {
    const events: ProbityEvents['probity:check'][] = [];
    listen('probity:check', (event) => events.push(event));
    publishEvents().onRun?.({ name: 'database', rules: someRules() }, outcome('ok'));
    expect(events).toHaveLength(1);
    expect(Object.isFrozen(events[0])).toBe(true);
  });

  it('are not even made where nobody listens', () => {
    const unreadable = {
      get name(): never {
        throw new Error('read');
      },
      rules: someRules(),
    };
    const { onRun, onTransition } = publishEvents();
    const look = (): void => {
      onRun?.(unreadable, outcome('ok'));
      onTransition?.(unreadable, up, up);
    };
    expect(look).not.toThrow();
    listen('probity:check', () => {});
    expect(look).toThrow('read');
  });
});

describe('a subscriber that throws', () => {
  const script = join(import.meta.dirname, 'scenarios/throwing-subscriber.ts');

  it('stops neither the checks nor the other subscribers', async () => {
    const program = startProgram(script, { HANDLED: 'true' });
    await program.said('uncaught: broken subscriber');
    await program.said('run 3 of database: ok');
    program.kill('SIGKILL');
    await program.exited;
  });

  it("ends a process that handles no uncaught error, by Node's own rule for channels", async () => {
    const program = startProgram(script);
    await program.said('run 1 of database: ok');
    expect(await program.exited).toBe(1);
    expect(program.lines.join('\n')).toContain('broken subscriber');
  });
});
