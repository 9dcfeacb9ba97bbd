import { describe, expect, it } from 'vitest';
import type { Reason } from '../../generated/contract/types.gen.ts';
import {
  agedCheckState,
  type CheckState,
  initialCheckState,
  isBusy,
  nextCheckState,
  staleAt,
} from '../../src/health/check-state.ts';
import { fallen, outcome, pending, someRules, up } from '../support.ts';

/** The state after outcomes written as `o` (ok), `b` (busy) and `f` (failed), one a second. */
function stateAfter(outcomes: string, rules = someRules()): CheckState {
  const kinds = { o: 'ok', b: 'busy', f: 'failed' } as const;
  return [...outcomes].reduce(
    (state, letter, index) => nextCheckState(state, outcome(kinds[letter as 'o'], (index + 1) * 1_000), rules),
    initialCheckState(0),
  );
}

describe('a check', () => {
  it('begins pending, never up', () => {
    expect(initialCheckState(7)).toEqual({ ...pending, since: 7 });
  });

  it.each([
    ['o', 'up'],
    ['f', 'down'],
    ['b', 'pending'],
    ['bbo', 'up'],
    ['bbf', 'down'],
    ['of', 'up'],
    ['off', 'down'],
    ['ofof', 'up'],
    ['ofbf', 'up'],
    ['ofbff', 'down'],
    ['offo', 'down'],
    ['offoo', 'up'],
    ['offofo', 'down'],
    ['offobo', 'down'],
    ['offoboo', 'up'],
    ['fo', 'down'],
    ['foo', 'up'],
    ['obbbbb', 'up'],
    ['fbbbbb', 'down'],
  ])('is after %s %s', (outcomes, status) => {
    expect(stateAfter(outcomes).status).toBe(status);
  });

  it.each([1, 2, 3, 5])('goes down with the failure number %i, and not before, when failAfter says so', (failAfter) => {
    const rules = someRules({ failAfter });
    expect(stateAfter(`o${'f'.repeat(failAfter - 1)}`, rules).status).toBe('up');
    expect(stateAfter(`o${'f'.repeat(failAfter)}`, rules).status).toBe('down');
  });

  it.each([1, 2, 3, 5])('comes back with the success number %i, and not before, when recoverAfter says so', (n) => {
    const rules = someRules({ recoverAfter: n });
    expect(stateAfter(`f${'o'.repeat(n - 1)}`, rules).status).toBe('down');
    expect(stateAfter(`f${'o'.repeat(n)}`, rules).status).toBe('up');
  });

  it('says since when it is in its status, and keeps that while the status stays', () => {
    expect(stateAfter('o').since).toBe(1_000);
    expect(stateAfter('ooof').since).toBe(1_000);
    expect(stateAfter('ooff').since).toBe(4_000);
  });

  it('remembers for ever that it was up', () => {
    expect(stateAfter('ff').wasUp).toBe(false);
    expect(stateAfter('o').wasUp).toBe(true);
    expect(stateAfter('offfb').wasUp).toBe(true);
  });

  it('says why while it is down, and nothing while it is well', () => {
    expect(stateAfter('off').reason).toBe('refused');
    expect(stateAfter('offo').reason).toBe('refused');
    expect(stateAfter('offoo')).not.toHaveProperty('reason');
  });

  it('says the reason of the latest failure', () => {
    const state = nextCheckState(fallen, outcome('failed', 1, 'dns'), someRules());
    expect(state).toMatchObject({ status: 'down', reason: 'dns' });
  });

  it('is up but not well while its dependency is busy, until the next success', () => {
    expect(stateAfter('ob')).toMatchObject({ status: 'up', reason: 'overloaded' });
    expect(stateAfter('obo')).not.toHaveProperty('reason');
  });

  it('leaves the states and outcomes that it is given as they are', () => {
    const frozen = Object.freeze({ ...up, last: Object.freeze(outcome('ok')) });
    expect(nextCheckState(frozen, Object.freeze(outcome('failed', 1)), someRules()).against).toBe(1);
    expect(agedCheckState(frozen, someRules(), 1e9).status).toBe('down');
  });
});

describe('staleness', () => {
  const rules = someRules({ staleAfterMs: 1_000 });
  const fresh: CheckState = { ...up, last: outcome('ok', 500) };

  it('comes exactly when the latest outcome reaches its budget', () => {
    expect(staleAt(fresh, rules)).toBe(1_500);
    expect(agedCheckState(fresh, rules, 1_499.999)).toBe(fresh);
    expect(agedCheckState(fresh, rules, 1_500)).toMatchObject({ status: 'down', reason: 'stale', since: 1_500 });
  });

  it('counts from the outcome, whatever it came to', () => {
    const state = nextCheckState(fresh, outcome('busy', 900), rules);
    expect(agedCheckState(state, rules, 1_899).status).toBe('up');
    expect(agedCheckState(state, rules, 1_900).status).toBe('down');
  });

  it('comes to a check that is up, and to no other', () => {
    expect(agedCheckState(pending, rules, 1e9)).toBe(pending);
    expect(agedCheckState(fallen, rules, 1e9)).toBe(fallen);
  });

  it('takes as many successes to leave as any other failure', () => {
    const stale = agedCheckState(fresh, rules, 2_000);
    const once = nextCheckState(stale, outcome('ok', 2_001), rules);
    expect(once).toMatchObject({ status: 'down', reason: 'stale', wasUp: true });
    expect(nextCheckState(once, outcome('ok', 2_002), rules).status).toBe('up');
  });
});

describe('busy', () => {
  it.each<[Reason, boolean]>([
    ['overloaded', true],
    ['too_many_connections', true],
    ['pool_saturated', true],
    ['blocked', true],
    ['timeout', false],
    ['starting', false],
    ['unavailable', false],
  ])('is %s: %s', (reason, busy) => {
    expect(isBusy(reason)).toBe(busy);
  });
});
