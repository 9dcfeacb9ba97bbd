import { describe, expect, it } from 'vitest';
import type { Lifecycle, RequiredFor } from '../../generated/contract/types.gen.ts';
import type { CheckState } from '../../src/health/check-state.ts';
import { judge, mostNamed } from '../../src/health/probes.ts';
import type { CheckInSnapshot } from '../../src/health/snapshot.ts';
import { only } from '../../src/health/snapshot.ts';
import { checkIn, down, fallen, pending, someSnapshot, up } from '../support.ts';

const states = { pending, up, down, fallen, stale: { ...fallen, reason: 'stale' } } as const satisfies Record<
  string,
  CheckState
>;
const lifecycles: readonly Lifecycle[] = ['starting', 'started', 'draining', 'stopped'];
const all: readonly RequiredFor[] = ['readiness', 'startup', 'nothing'];

const starting = 'Service is starting';
const stopping = 'Service is shutting down';
const unavailable = 'Database not available';

const detailOf = (...judged: Parameters<typeof judge>): string => {
  const verdict = judge(...judged);
  return verdict.ok ? 'ok' : verdict.detail;
};

describe('readiness', () => {
  it.each<[RequiredFor, keyof typeof states, string]>([
    ['readiness', 'pending', starting],
    ['readiness', 'up', 'ok'],
    ['readiness', 'down', unavailable],
    ['readiness', 'fallen', unavailable],
    ['readiness', 'stale', unavailable],
    ['startup', 'pending', starting],
    ['startup', 'up', 'ok'],
    ['startup', 'down', unavailable],
    ['startup', 'fallen', 'ok'],
    ['startup', 'stale', 'ok'],
    ['nothing', 'pending', 'ok'],
    ['nothing', 'up', 'ok'],
    ['nothing', 'down', 'ok'],
    ['nothing', 'fallen', 'ok'],
    ['nothing', 'stale', 'ok'],
  ])('of a started service with a check required for %s that is %s: %s', (requiredFor, state, detail) => {
    const checks = [checkIn(states[state], { requiredFor })];
    expect(detailOf('readiness', someSnapshot({ checks }))).toBe(detail);
    const blocked = checks.filter(() => detail !== 'ok');
    expect(judge('readiness', someSnapshot({ lifecycle: 'draining', checks }))).toMatchObject({ blockers: blocked });
  });

  it.each<[Lifecycle, keyof typeof states, string]>([
    ['starting', 'pending', starting],
    ['starting', 'up', starting],
    ['starting', 'down', unavailable],
    ['draining', 'pending', stopping],
    ['draining', 'up', stopping],
    ['draining', 'down', stopping],
    ['stopped', 'up', stopping],
    ['stopped', 'down', stopping],
  ])('while %s with a required check that is %s: %s', (lifecycle, state, detail) => {
    const checks = [checkIn(states[state])];
    expect(detailOf('readiness', someSnapshot({ lifecycle, checks }))).toBe(detail);
  });

  it('needs a started service even without checks', () => {
    expect(lifecycles.map((lifecycle) => detailOf('readiness', someSnapshot({ lifecycle })))).toEqual([
      starting,
      'ok',
      stopping,
      stopping,
    ]);
  });

  it('names what is down, and leaves what has not answered yet to the list of blockers', () => {
    const checks = [
      checkIn(down),
      checkIn(pending, { label: 'Cache' }, 'cache'),
      checkIn(fallen, { label: 'External service' }, 'external_service'),
      checkIn(down, { label: 'Mail', requiredFor: 'nothing' }, 'mail'),
    ];
    const verdict = judge('readiness', someSnapshot({ checks }));
    expect(verdict).toMatchObject({ detail: 'Database not available; External service not available' });
    expect(!verdict.ok && verdict.blockers.map(({ name }) => name)).toEqual(['database', 'cache', 'external_service']);
  });

  it.each([
    [mostNamed, ''],
    [mostNamed + 1, '; 1 more not available'],
    [mostNamed + 99, '; 99 more not available'],
  ])('of %i checks that are down names eight, and counts the rest', (count, rest) => {
    const checks = Array.from({ length: count }, (_, index) => checkIn(down, { label: `Shard ${index}` }, `s${index}`));
    const named = checks.slice(0, 8).map(({ rules }) => `${rules.label} not available`);
    expect(detailOf('readiness', someSnapshot({ checks }))).toBe(`${named.join('; ')}${rest}`);
  });

  it('can be narrowed to some checks', () => {
    const checks = [checkIn(down), checkIn(up, {}, 'cache')];
    expect(detailOf('readiness', only(someSnapshot({ checks }), ['cache']))).toBe('ok');
    expect(detailOf('readiness', only(someSnapshot({ checks }), ['database']))).toBe(unavailable);
    expect(detailOf('readiness', only(someSnapshot({ lifecycle: 'draining', checks }), ['cache']))).toBe(stopping);
  });
});

describe('startup', () => {
  it.each<[RequiredFor, keyof typeof states, string]>([
    ['startup', 'pending', starting],
    ['startup', 'down', unavailable],
    ['startup', 'fallen', starting],
    ['readiness', 'down', starting],
    ['nothing', 'down', starting],
  ])('while starting with a check required for %s that is %s: %s', (requiredFor, state, detail) => {
    const checks = [checkIn(states[state], { requiredFor })];
    expect(detailOf('startup', someSnapshot({ lifecycle: 'starting', checks }))).toBe(detail);
  });

  it('never fails again once the start was complete, whatever is down', () => {
    const checks = all.map((requiredFor) => checkIn(fallen, { requiredFor }));
    for (const lifecycle of ['started', 'draining', 'stopped'] as const) {
      expect(judge('startup', someSnapshot({ lifecycle, checks }))).toEqual({ ok: true });
    }
  });

  it('names no check that is merely required for readiness: its failure must not cause a restart', () => {
    const checks: CheckInSnapshot[] = [
      checkIn(down),
      checkIn(down, { requiredFor: 'startup', label: 'Cache' }, 'cache'),
    ];
    const verdict = judge('startup', someSnapshot({ lifecycle: 'starting', checks }));
    expect(verdict).toEqual({ ok: false, detail: 'Cache not available', blockers: [checks[1]] });
  });
});

describe('liveness', () => {
  const everyState = all.flatMap((requiredFor) =>
    Object.values(states).map((state) => checkIn(state, { requiredFor })),
  );

  it.each(lifecycles)('is independent of every check while %s', (lifecycle) => {
    expect(judge('liveness', someSnapshot({ lifecycle, checks: everyState }))).toEqual({ ok: true });
  });

  it('fails with every distress of the process itself', () => {
    const distress = ['Event loop blocked', 'Heartbeat overdue'];
    expect(judge('liveness', someSnapshot({ distress }))).toEqual({
      ok: false,
      detail: 'Event loop blocked; Heartbeat overdue',
      blockers: [],
    });
  });
});
