import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, it, vi } from 'vitest';
import { MissingDriver } from '../../src/checks/kit/driver.ts';
import { linesOf } from '../../src/events/lines.ts';
import { createProbity, custom } from '../../src/index.ts';
import { down, fallen, outcome, pending, recordingLog, someRules, up } from '../support.ts';

const check = (rules = {}) => ({ name: 'database', rules: someRules(rules) });

it.each([
  ['what takes the service out of readiness', check(), up, fallen, 'warn'],
  ['what is needed to start', check({ requiredFor: 'startup' }), pending, down, 'warn'],
  ['what nothing needs', check({ requiredFor: 'nothing' }), up, fallen, 'info'],
  ['what comes back', check(), fallen, up, 'info'],
] as const)('a transition of %s is told at the level that it deserves', (_, of, before, after, level) => {
  const { log, lines } = recordingLog();
  linesOf(log).onTransition?.(of, before, after);
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

it('a driver that is not installed is told once, as an error', () => {
  const { log, lines } = recordingLog();
  const { onFailure } = linesOf(log);
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
  linesOf(log).onFault?.({ action, check: 'database', kind: 'hang', until: performance.now() + 60_000, by: 'ann' });
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
  const { onRun, onFailure } = linesOf(log);
  onRun?.(check(), outcome('ok'));
  onFailure?.(check(), error);
  expect(lines).toEqual([{ level: 'debug', message: 'run failed', fields: { check: 'database', err: error } }]);
});
