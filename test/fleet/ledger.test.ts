import { expect, test } from 'vitest';
import { createLedger } from '../../src/fleet/ledger.ts';

const outage = { kind: 'outage', ttlSeconds: 60 } as const;
const text = (id: string, fault?: object): string => JSON.stringify({ id, fault });

test('a change that Redis has is news once, and is told again to a Redis that has lost it', () => {
  const ledger = createLedger(() => true);
  const stored = { seq: 7, text: text('a', outage) };
  expect(ledger.take('database', stored, 60_000, 0)).toMatchObject({
    check: 'database',
    fault: outage,
    leftMs: 60_000,
  });
  expect(ledger.take('database', stored, 59_000, 1_000)).toBeUndefined();
  expect(ledger.toSend([], 10_000)).toEqual([
    { check: 'database', seq: 7, state: 'known', left: 50_000, text: stored.text },
  ]);
});

test('a change made out of reach is sent as late until Redis has it, and is no news then', () => {
  const ledger = createLedger(() => true);
  ledger.take('database', { seq: 7, text: text('a', outage) }, 60_000, 0);
  ledger.keep({ id: 'b', check: 'database' }, 0);
  expect(ledger.isTold('database')).toBe(false);
  const [late] = ledger.toSend([], 0);
  expect(late).toMatchObject({ seq: 7, state: 'late', left: 86_400_000 });
  expect(ledger.take('database', { seq: 8, text: late?.text ?? '' }, 86_400_000, 0)).toBeUndefined();
  expect(ledger.isTold('database')).toBe(true);
});

test('a change made out of reach gives way to what somebody else wrote meanwhile', () => {
  const ledger = createLedger(() => true);
  ledger.keep({ id: 'b', check: 'database' }, 0);
  expect(ledger.take('database', { seq: 8, text: text('c', outage) }, 5, 0)).toMatchObject({ fault: outage });
});

test('what is over is not sent, and not news for the moment that Redis keeps it longer', () => {
  const ledger = createLedger(() => true);
  const stored = { seq: 7, text: text('a', outage) };
  ledger.take('database', stored, 100, 0);
  expect(ledger.toSend([], 100)).toEqual([]);
  expect(ledger.take('database', stored, 1, 100)).toBeUndefined();
});

test.each(['nonsense', 'null', '{}'])('what another version wrote as %s is left alone', (written) => {
  const ledger = createLedger(({ fault }) => fault !== undefined);
  expect(ledger.take('database', { seq: 1, text: written }, 1_000, 0)).toBeUndefined();
});
