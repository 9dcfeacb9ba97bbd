import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { adviceOn } from '../../src/advisor/advice.ts';
import { manifestOf } from '../../src/advisor/manifest.ts';
import { rendered } from '../../src/advisor/render.ts';
import { restartTimes } from '../../src/advisor/restart.ts';
import { sidecarOf } from '../../src/advisor/sidecar.ts';
import { type Prober, replacedMs, shortestPauseMs } from './kubelet.ts';
import { factsWith } from './support.ts';

const stepMs = 100;

describe('when a liveness probe restarts', () => {
  const probers = fc.record({
    periodMs: fc.integer({ min: 1, max: 15 }).map((s) => s * 1_000),
    timeoutMs: fc.integer({ min: 1, max: 10 }).map((s) => s * 1_000),
    failures: fc.integer({ min: 1, max: 5 }),
    graceMs: fc.constant(30_000),
  });

  it('is what a model of the kubelet’s prober says, at whatever phase', () => {
    fc.assert(
      fc.property(probers, fc.integer({ min: 1, max: 30 }), (prober, seconds) => {
        const maxStallMs = seconds * 1_000;
        const times = restartTimes(prober, maxStallMs, prober.graceMs);
        const found = shortestPauseMs(prober, maxStallMs);
        expect(found).toBeGreaterThanOrEqual(times.shortestPauseMs);
        expect(found).toBeLessThanOrEqual(times.shortestPauseMs + stepMs);
        const [soonest, latest] = replacedMs(prober, maxStallMs);
        expect(soonest).toBe(times.replacedMs[0]);
        expect(latest).toBeLessThanOrEqual(times.replacedMs[1]);
        expect(latest).toBeGreaterThanOrEqual(times.replacedMs[1] - stepMs);
      }),
      { numRuns: 60 },
    );
  });

  it('is what was found on a real one: 10.7 s restart, and what is stuck is replaced after 52 to 62 s', () => {
    const prober: Prober = { periodMs: 10_000, timeoutMs: 2_000, failures: 3, graceMs: 30_000 };
    expect(shortestPauseMs(prober, 10_000)).toBeLessThanOrEqual(10_700);
    expect(restartTimes(prober, 10_000, 30_000)).toEqual({ shortestPauseMs: 10_000, replacedMs: [52_000, 62_000] });
  });
});

interface Probe {
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** The prober of a printed container, and what the comments of its document say of it. */
function printed(text: string): { prober: Prober; said: number[] }[] {
  return text.split('---\n').flatMap((document) => {
    const pod = parse(document);
    const [container] = [...(pod.initContainers ?? []), ...(pod.containers ?? [])];
    if (container?.livenessProbe === undefined) return [];
    const { periodSeconds, timeoutSeconds, failureThreshold } = container.livenessProbe as Probe;
    const graceMs = 1_000 * (pod.terminationGracePeriodSeconds ?? 30);
    const prober = {
      periodMs: periodSeconds * 1_000,
      timeoutMs: timeoutSeconds * 1_000,
      failures: failureThreshold,
      graceMs,
    };
    const said = /pause of up to ([\d.]+) s .*\n?.*after ([\d.]+) to ([\d.]+) s/.exec(document) ?? [];
    return [{ prober, said: said.slice(1).map((seconds) => 1_000 * Number(seconds)) }];
  });
}

describe.each([
  ['the defaults', {}],
  ['a long stall', { maxEventLoopDelay: '25s' }],
  ['a short one, and a long end', { maxEventLoopDelay: '1s', shutdown: { drainDelay: '10s', deadline: '50s' } }],
  ['heartbeats', { heartbeats: { consumer: '30s' } }],
] as const)('with %s, the comments of every printed manifest', (_, settings) => {
  const facts = factsWith(settings);
  const advice = adviceOn(facts);
  const texts = [rendered(manifestOf(advice, facts)), rendered(sidecarOf(advice, facts, '0.1.0'))];

  it('say the shortest pause that restarts, and how long a stuck process stays', () => {
    const all = texts.flatMap(printed);
    expect(all.length).toBeGreaterThanOrEqual(2);
    for (const { prober, said } of all) {
      const found = shortestPauseMs(prober, facts.maxStallMs);
      expect(said[0]).toBeGreaterThanOrEqual(found - stepMs);
      expect(said[0]).toBeLessThanOrEqual(found);
      const [soonest, latest] = replacedMs(prober, facts.maxStallMs);
      expect(said.slice(1)).toEqual([soonest, Math.ceil(latest / 1_000) * 1_000]);
    }
  });
});
