import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MissingDriver } from '../../src/checks/kit/driver.ts';
import { logEvents } from '../../src/events/log-lines.ts';
import { createProbity, custom } from '../../src/index.ts';
import { createMonitor } from '../../src/monitor/monitor.ts';
import {
  type Behaviour,
  down,
  fakeTime,
  fallen,
  outcome,
  pending,
  recordingLog,
  scriptedChecker,
  someRules,
  up,
} from '../support.ts';

const check = (rules = {}) => ({ name: 'database', rules: someRules(rules) });

it.each([
  ['what takes the service out of readiness', check(), up, fallen, 'warn'],
  ['what is needed to start', check({ requiredFor: 'startup' }), pending, down, 'warn'],
  ['what nothing needs', check({ requiredFor: 'nothing' }), up, fallen, 'info'],
  ['what comes back', check(), fallen, up, 'info'],
] as const)('a transition of %s is told at the level that it deserves', (_, of, before, after, level) => {
  const { log, lines } = recordingLog();
  logEvents(log).onTransition?.(of, before, after);
  expect(lines).toEqual([
    {
      level,
      message: 'check changed',
      fields: expect.objectContaining({ check: 'database', from: before.status, to: after.status }),
    },
  ]);
});

it("a transition is told with the driver's own words, which the events and the metrics do not have", async () => {
  const { log, lines } = recordingLog();
  const words = 'password authentication failed for user "app"';
  const received: unknown[] = [];
  const listen = (event: unknown): void => void received.push(event);
  subscribe('probity:transition', listen);
  const probity = createProbity({
    log,
    checks: {
      own: custom(() => Promise.reject(new Error(words)), { failAfter: 1 }),
      slow: custom(() => new Promise(() => {}), { timeout: '20ms' }),
    },
  });
  const { port } = await probity.listen(0, '127.0.0.1');
  await vi.waitFor(() => expect(lines.filter(({ message }) => message === 'check changed')).toHaveLength(2));
  unsubscribe('probity:transition', listen);
  const changed = (name: string) =>
    lines.find(({ message, fields }) => message === 'check changed' && fields.check === name);
  expect(changed('own')).toMatchObject({ fields: { why: words } });
  expect(changed('slow')).toMatchObject({
    fields: { why: 'No answer within 20ms' },
  });
  const bodies = ['/checks', '/ready', '/metrics'].map(async (path) => {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  });
  expect(`${JSON.stringify(received)}${await Promise.all(bodies)}`).not.toMatch(/authentication|within/);
  await probity.stop();
});

describe('a reason that changes alone', () => {
  afterEach(() => vi.useRealTimers());

  /** A check that runs every second, and the lines that tell of it but for its first. */
  function watched(now: Behaviour) {
    fakeTime();
    const { log, lines } = recordingLog();
    const shown = () => lines.filter(({ level }) => level !== 'debug');
    const checker = scriptedChecker(now);
    const rules = someRules({ intervalMs: 1_000, failAfter: 1, recoverAfter: 1 });
    const observers = [logEvents(log)];
    const options = { checks: [{ name: 'database', rules, checker }], distress: () => [], faulty: () => undefined };
    const monitor = createMonitor({ ...options, observers });
    monitor.start();
    const told = () => lines.filter(({ message }) => message === 'reason changed').map(({ fields }) => fields);
    return { checker, monitor, shown, told, pass: (ms: number) => vi.advanceTimersByTimeAsync(ms) };
  }

  it('is told at once, at info', async () => {
    const { checker, shown, told, pass, monitor } = watched('refused');
    await pass(3_000);
    expect(told()).toEqual([]);
    checker.now = 'starting';
    await pass(1_300);
    expect(told()).toMatchObject([{ check: 'database', status: 'down', was: 'refused', reason: 'starting' }]);
    expect(shown().at(-1)?.level).toBe('info');
    await monitor.stop();
  });

  it('is told of a check that is up and busy, and of its end', async () => {
    const { checker, told, pass, monitor } = watched('ok');
    await pass(3_000);
    checker.now = 'pool_saturated';
    await pass(2_000);
    checker.now = 'ok';
    await pass(61_000);
    expect(told()).toMatchObject([
      { status: 'up', was: undefined, reason: 'pool_saturated' },
      { status: 'up', was: 'pool_saturated', reason: undefined },
    ]);
    await monitor.stop();
  });

  it('is told once a minute when it flips with every run, and then as it is', async () => {
    const { checker, told, pass, monitor } = watched('refused');
    await pass(1_000);
    for (let second = 0; second < 300; second += 1) {
      checker.now = second % 2 === 0 ? 'dns' : 'refused';
      await pass(1_000);
    }
    expect(told().length).toBeGreaterThanOrEqual(4);
    expect(told().length).toBeLessThanOrEqual(6);
    checker.now = 'tls';
    await pass(62_000);
    expect(told().at(-1)).toMatchObject({ reason: 'tls' });
    await monitor.stop();
  });

  it('is told anew after a transition, which tells its own', async () => {
    const { checker, told, shown, pass, monitor } = watched('refused');
    await pass(1_000);
    checker.now = 'dns';
    await pass(1_300);
    checker.now = 'ok';
    await pass(1_300);
    checker.now = 'tls';
    await pass(1_300);
    expect(told()).toHaveLength(1);
    expect(shown().at(-1)).toMatchObject({ message: 'check changed', fields: { to: 'down', reason: 'tls' } });
    checker.now = 'refused';
    await pass(1_300);
    expect(told().at(-1)).toMatchObject({ was: 'tls', reason: 'refused' });
    await monitor.stop();
  });

  it('leaves what speaks against the connections to come to the line for that', () => {
    const { log, lines } = recordingLog();
    const { onTransition, onSteady } = logEvents(log);
    onTransition?.(check(), pending, up);
    onSteady?.(check(), { ...up, reason: 'auth', warning: 'auth' });
    expect(lines).toHaveLength(1);
  });
});

it('a driver that is not installed is told once, as an error', () => {
  const { log, lines } = recordingLog();
  const { onFailure } = logEvents(log);
  for (let run = 0; run < 3; run += 1) onFailure?.(check(), new MissingDriver('pg'));
  expect(lines.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', message: 'The check needs the package pg: install pg', fields: { check: 'database' } },
  ]);
});

it.each([
  ['set', 'simulated fault set'],
  ['cleared', 'simulated fault cleared'],
  ['expired', 'simulated fault has expired'],
] as const)('a fault that is %s is told, marked as simulated', (action, message) => {
  const { log, lines } = recordingLog();
  logEvents(log).onFault?.({ action, check: 'database', kind: 'hang', until: performance.now() + 60_000, by: 'ann' });
  expect(lines).toMatchObject([
    { level: 'warn', message, fields: { check: 'database', kind: 'hang', by: 'ann', simulated: true } },
  ]);
  const until = Date.parse(String(lines[0]?.fields.until));
  if (action === 'set') expect(until).toBeGreaterThan(Date.now());
  else expect(until).toBeNaN();
});

it('a run that ends well is not told, and the error of one that fails is told at debug level alone', () => {
  const { log, lines } = recordingLog();
  const error = new Error('refused');
  const { onRun, onFailure } = logEvents(log);
  onRun?.(check(), outcome('ok'));
  onFailure?.(check(), error);
  expect(lines).toEqual([{ level: 'debug', message: 'run failed', fields: { check: 'database', err: error } }]);
});
