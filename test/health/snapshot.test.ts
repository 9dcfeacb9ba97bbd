import { describe, expect, it } from 'vitest';
import { hasStarted, isDegraded } from '../../src/health/snapshot.ts';
import { checkIn, down, fallen, pending, up } from '../support.ts';

describe('the start', () => {
  it('is complete without checks', () => {
    expect(hasStarted([])).toBe(true);
  });

  it('waits for every check that is required for it to have been up once', () => {
    const startup = { requiredFor: 'startup' } as const;
    expect(hasStarted([checkIn(up, startup), checkIn(pending, startup)])).toBe(false);
    expect(hasStarted([checkIn(up, startup), checkIn(down, startup)])).toBe(false);
    expect(hasStarted([checkIn(up, startup), checkIn(fallen, startup)])).toBe(true);
  });

  it('waits for no other check', () => {
    expect(hasStarted([checkIn(down), checkIn(pending, { requiredFor: 'nothing' })])).toBe(true);
  });
});

describe('the service', () => {
  it('is degraded by any check that is not up, or up but not well', () => {
    expect(isDegraded([checkIn(up)])).toBe(false);
    expect(isDegraded([checkIn(up), checkIn(pending, { requiredFor: 'nothing' })])).toBe(true);
    expect(isDegraded([checkIn(down, { requiredFor: 'nothing' })])).toBe(true);
    expect(isDegraded([checkIn({ ...up, reason: 'overloaded' })])).toBe(true);
  });
});
