import { describe, expect, it } from 'vitest';
import { withOutlook } from '../../src/health/outlook.ts';
import { judge } from '../../src/health/probes.ts';
import { isDegraded } from '../../src/health/snapshot.ts';
import { checkIn, fallen, outcome, pending, someRules, someSnapshot, up } from '../support.ts';

const day = 86_400_000;
const failed = outcome('failed', 5, 'auth');
const rules = someRules();

describe('the outlook', () => {
  it('leaves a check well that has a good one', () => {
    const state = withOutlook(up, { canary: outcome('ok', 5), certificateExpiry: 15 * day }, rules, 0);
    expect(state).toEqual({ ...up, canary: outcome('ok', 5), certificateExpiry: 15 * day });
    expect(isDegraded([checkIn(state)])).toBe(false);
  });

  it.each([
    ['a fresh connection that failed', { canary: failed }, 'auth'],
    ['a full server', { canary: outcome('busy', 5, 'too_many_connections') }, 'too_many_connections'],
    ['a certificate that expires', { certificateExpiry: 14 * day - 1 }, 'certificate_expiring'],
    ['one that has expired', { certificateExpiry: -1 }, 'certificate_expiring'],
    ['both', { canary: failed, certificateExpiry: 1 }, 'auth'],
  ] as const)('degrades a check that is up by %s, and no probe', (_, outlook, reason) => {
    const state = withOutlook(up, outlook, rules, 0);
    expect(state).toMatchObject({ status: 'up', reason, warning: reason });
    const snapshot = someSnapshot({ checks: [checkIn(state)] });
    expect(isDegraded(snapshot.checks)).toBe(true);
    for (const probe of ['liveness', 'readiness', 'startup'] as const)
      expect(judge(probe, snapshot)).toEqual({ ok: true });
  });

  it('gives way to what the runs say', () => {
    const busy = { ...up, reason: 'blocked' } as const;
    expect(withOutlook(busy, { canary: failed }, rules, 0)).toMatchObject({ reason: 'blocked', warning: 'auth' });
    expect(withOutlook(fallen, { canary: failed }, rules, 0)).toMatchObject({ reason: 'refused', warning: 'auth' });
    expect(withOutlook(pending, { canary: failed }, rules, 0)).toMatchObject({ reason: 'pending', warning: 'auth' });
  });

  it.each([
    [0, -1, true],
    [0, 0, false],
    [30, 30 * day - 1, true],
    [30, 30 * day, false],
  ])('warns of a certificate with certificateDays %i that has %i ms left: %j', (certificateDays, left, warns) => {
    const wall = Date.UTC(2026);
    const state = withOutlook(up, { certificateExpiry: wall + left }, someRules({ certificateDays }), wall);
    expect(state.warning !== undefined).toBe(warns);
  });
});
