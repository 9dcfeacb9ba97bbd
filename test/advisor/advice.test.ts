import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Advice, adviceOn, type ProbeAdvice } from '../../src/advisor/advice.ts';
import { patienceMs } from '../../src/advisor/defaults.ts';
import type { ServiceFacts } from '../../src/advisor/service-facts.ts';
import { anySettings } from './any-settings.ts';
import { factsWith } from './support.ts';

const values = (probe: ProbeAdvice | undefined): unknown =>
  probe && Object.fromEntries(Object.entries(probe).map(([key, { value }]) => [key, value]));

describe('the advice on the defaults', () => {
  const advice = adviceOn(factsWith());

  it('is what Kubernetes can be told without a second thought', () => {
    expect(values(advice.startup)).toEqual({
      path: '/startup',
      periodSeconds: 2,
      timeoutSeconds: 2,
      failureThreshold: 16,
    });
    expect(values(advice.liveness)).toEqual({
      path: '/health',
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    });
    expect(values(advice.readiness)).toEqual({
      path: '/ready',
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 2,
    });
  });

  it('has the grace that Kubernetes gives by default', () => {
    expect(advice.graceSeconds.value).toBe(30);
  });

  it('gives a reason in one line for every number', () => {
    const reasons = [advice.startup, advice.liveness, advice.readiness].flatMap((probe) => Object.values(probe ?? {}));
    for (const { why } of [...reasons, advice.graceSeconds, advice.startupSeconds]) expect(why).toMatch(/^\S.{5,110}$/);
  });
});

describe('the advice', () => {
  it('lets a start wait for its dependencies as long as restarts would back off', () => {
    const checks = { database: { kind: 'postgres', url: 'postgres://db', requiredFor: 'startup' } } as const;
    const { startupSeconds, startup } = adviceOn(factsWith({ checks }));
    expect(startupSeconds.value).toBe(300);
    expect(startup?.failureThreshold.value).toBe(151);
    expect(startup?.failureThreshold.why).toContain('300 s for database');
  });

  it('follows the interval of the checks', () => {
    const every = (interval: '200ms' | '2500ms' | '5s' | '1m'): number | undefined =>
      adviceOn(factsWith({ checks: { cache: { kind: 'redis', url: 'redis://cache', interval } } })).readiness
        ?.periodSeconds.value;
    expect([every('200ms'), every('2500ms'), every('5s'), every('1m')]).toEqual([2, 3, 5, 10]);
  });

  it('is patient with a stall that is allowed', () => {
    expect(values(adviceOn(factsWith({ maxEventLoopDelay: '1m' })).liveness)).toMatchObject({ failureThreshold: 7 });
    expect(values(adviceOn(factsWith({ maxEventLoopDelay: '2s' })).liveness)).toMatchObject({ timeoutSeconds: 3 });
  });

  it('cannot be given on a port that nobody knows', () => {
    expect(() => adviceOn(factsWith({ port: 0 }))).toThrow('Expected a `port` that probes can be told of, got `0`');
  });

  it('keeps its promises for every configuration', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const facts = factsWith(settings);
        expectToFit(adviceOn(facts), facts);
      }),
    );
  });
});

function expectToFit({ startup, liveness, readiness, graceSeconds }: Advice, facts: ServiceFacts): void {
  for (const probe of [startup, liveness, readiness] as ProbeAdvice[]) {
    expect(probe.timeoutSeconds.value).toBeLessThanOrEqual(probe.periodSeconds.value);
    // What a field of Kubernetes can hold.
    for (const { value } of Object.values(probe).slice(1)) expect(value).toBeLessThan(2 ** 31);
  }
  expect(patienceOf(liveness)).toBeGreaterThan(facts.maxStallMs);
  expect(
    ((startup?.failureThreshold.value ?? 0) - 1) * (startup?.periodSeconds.value ?? 0) * 1_000,
  ).toBeGreaterThanOrEqual(facts.startupNeedMs);
  expect(graceSeconds.value * 1_000).toBeGreaterThan(facts.deadlineMs);
  expect(facts.deadlineMs).toBeGreaterThan(facts.drainMs);
}

const patienceOf = (probe: ProbeAdvice | undefined): number =>
  probe === undefined
    ? 0
    : patienceMs({
        periodMs: probe.periodSeconds.value * 1_000,
        timeoutMs: probe.timeoutSeconds.value * 1_000,
        failures: probe.failureThreshold.value,
      });
