import { describe, expect, it } from 'vitest';
import { likelyProbes } from '../../src/adopt/likely.ts';

const documentOf = (paths: Readonly<Record<string, object>>) => ({ openapi: '3.1.0', info: {}, paths: paths as never });

const asGets = (...paths: string[]) => documentOf(Object.fromEntries(paths.map((path) => [path, { get: {} }])));

describe('what looks like a probe', () => {
  it.each<[string[], object]>([
    [['/health'], { liveness: '/health' }],
    [['/healthz', '/readyz', '/startupz'], { liveness: '/healthz', readiness: '/readyz', startup: '/startupz' }],
    [['/livez', '/health', '/ready'], { liveness: '/livez', readiness: '/ready' }],
    [
      ['/actuator/health', '/actuator/health/liveness', '/actuator/health/readiness'],
      { liveness: '/actuator/health/liveness', readiness: '/actuator/health/readiness' },
    ],
    [['/-/healthy', '/-/ready'], { liveness: '/-/healthy', readiness: '/-/ready' }],
    [
      ['/health/live', '/health/ready', '/health/started'],
      { liveness: '/health/live', readiness: '/health/ready', startup: '/health/started' },
    ],
    [['/api/v1/health-check'], { liveness: '/api/v1/health-check' }],
    [['/_health'], { liveness: '/_health' }],
    [['/orders', '/already', '/olive', '/relive', '/health/{name}', '/a/b/c/live', '/status'], {}],
  ])('of %j is taken', (paths, expected) => {
    expect(likelyProbes(asGets(...paths))).toEqual(expected);
  });

  it('is a GET operation that is none yet, of a kind that there is none of yet', () => {
    expect(likelyProbes(documentOf({ '/health': { post: {} } }))).toEqual({});
    const health = { get: { 'x-probe': { probe: 'liveness', heartbeats: false } } };
    expect(likelyProbes(documentOf({ '/health': health, '/livez': { get: {} }, '/ready': { get: {} } }))).toEqual({
      readiness: '/ready',
    });
  });
});
