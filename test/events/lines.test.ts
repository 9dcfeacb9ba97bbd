import { expect, it } from 'vitest';
import { linesOf } from '../../src/events/lines.ts';
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
