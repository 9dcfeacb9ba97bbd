import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type Service, startService, untilStatus } from './service.ts';

let folder: string;
let postgres: PostgresServer;
let redis: RedisServer;
let external: Awaited<ReturnType<typeof startHttp>>;
let service: Service;

/** Short rounds, so that a fault shows soon; the budget of freshness is long, so that nothing else does. */
const rules = 'interval: 50ms, timeout: 300ms, staleAfter: 1m';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'probity faults '));
  [postgres, redis, external] = await Promise.all([startPostgres(), startRedis(), startHttp()]);
  const file = join(folder, 'probity.yaml');
  writeFileSync(
    file,
    `checks:
  database: { kind: postgres, url: "${postgres.url}", ${rules} }
  cache: { kind: redis, url: "${redis.url}", ${rules} }
  external_service: { kind: http, url: "${external.url}", ${rules} }
`,
  );
  service = await startService({ SIMULATION: 'true' }, ['--config', file]);
  await untilStatus(`${service.url}/ready`, 200);
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([postgres, redis, external].map((server) => server?.dispose()));
  rmSync(folder, { recursive: true });
});

const put = (check: string, body: string, type = 'application/json'): Promise<Response> =>
  fetch(`${service.url}/faults/${check}`, { method: 'PUT', body, headers: { 'Content-Type': type } });
const faults = async (): Promise<unknown> => (await fetch(`${service.url}/faults`)).json();

describe.each([
  ['database', 'Database not available'],
  ['cache', 'Cache not available'],
  ['external_service', 'External service not available'],
])('over the real check %s', (check, detail) => {
  it.each([
    [{ kind: 'outage' }, 'unavailable'],
    [{ kind: 'hang' }, 'timeout'],
    [{ kind: 'latency', delayMs: 5_000 }, 'timeout'],
    [{ kind: 'flap', periodMs: 600 }, 'unavailable'],
    [{ kind: 'error', probability: 1 }, 'unavailable'],
  ])('%o fails readiness, and nothing is left of it within 100 ms of its end', async (fault, reason) => {
    const set = await put(check, JSON.stringify(fault));
    expect([set.status, await set.json()]).toEqual([200, { check, fault, until: expect.any(String) }]);
    const problem = await (await untilStatus(`${service.url}/ready`, 503)).json();
    expect(problem).toMatchObject({ detail, checks: [{ check, reason, simulated: true }] });
    expect((await fetch(`${service.url}/health`)).status).toBe(200);

    const since = performance.now();
    expect((await fetch(`${service.url}/faults/${check}`, { method: 'DELETE' })).status).toBe(204);
    await untilStatus(`${service.url}/ready`, 200);
    // The promise is 100 ms; what is asserted leaves room for a busy machine.
    expect(performance.now() - since).toBeLessThan(1_000);
    expect(await faults()).toEqual({ faults: [] });
  });
});

it('a latency under the deadline slows the check down and fails nothing', async () => {
  await put('database', '{"kind":"latency","delayMs":60}');
  for (;;) {
    const { lastRun, simulated, status } = (await (await fetch(`${service.url}/checks/database`)).json()) as {
      lastRun: { durationMs: number };
      simulated: boolean;
      status: string;
    };
    if (!simulated) continue;
    expect(status).toBe('up');
    expect(lastRun.durationMs).toBeGreaterThanOrEqual(59);
    break;
  }
  expect((await fetch(`${service.url}/ready`)).status).toBe(200);
  await fetch(`${service.url}/faults`, { method: 'DELETE' });
});

it('the check recovers by itself when the time to live is over', async () => {
  await put('cache', '{"kind":"outage","ttlSeconds":1}');
  await untilStatus(`${service.url}/ready`, 503);
  await untilStatus(`${service.url}/ready`, 200);
  await service.logged({ msg: 'simulated fault has expired', check: 'cache', kind: 'outage' });
});

it('two writers at once leave one of the two states', async () => {
  const writes = ['{"kind":"latency","delayMs":9,"jitterMs":1}', '{"kind":"flap","periodMs":3600000}'];
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(writes.map((body) => put('database', body)));
    const { faults: found } = (await faults()) as { faults: { fault: object }[] };
    expect(found).toHaveLength(1);
    expect(writes.map((body) => JSON.parse(body))).toContainEqual(found[0]?.fault);
  }
  expect((await fetch(`${service.url}/faults`, { method: 'DELETE' })).status).toBe(204);
});

describe('bad input leaves the state untouched', () => {
  it.each([
    ['an unknown kind', '{"kind":"flood"}', 400],
    ['no kind', '{"delayMs":5}', 400],
    ['a negative delay', '{"kind":"latency","delayMs":-1}', 400],
    ['an absurd delay', '{"kind":"latency","delayMs":60001}', 400],
    ['a delay that is no whole number', '{"kind":"latency","delayMs":1.5}', 400],
    ['a delay in words', '{"kind":"latency","delayMs":"long"}', 400],
    ['no delay', '{"kind":"latency"}', 400],
    ['a period that is too short', '{"kind":"flap","periodMs":99}', 400],
    ['a probability above 1', '{"kind":"error","probability":1.01}', 400],
    ['a probability below 0', '{"kind":"error","probability":-0.01}', 400],
    ['a property of another kind', '{"kind":"outage","delayMs":5}', 400],
    ['no time to live', '{"kind":"outage","ttlSeconds":0}', 400],
    ['more than a day to live', '{"kind":"outage","ttlSeconds":86401}', 400],
    ['__proto__', '{"kind":"outage","__proto__":{"ttlSeconds":1}}', 400],
    ['constructor', '{"kind":"outage","constructor":{"prototype":{}}}', 400],
    ['a body over 4 KB', `{"kind":"outage","x":"${'y'.repeat(5_000)}"}`, 413],
  ])('%s', async (_, body, status) => {
    const response = await put('database', body);
    const problem = (await response.json()) as { detail: string };
    expect([response.status, problem]).toEqual([status, expect.objectContaining({ status })]);
    if (status === 400) expect(problem.detail).toMatch(/\(#?\S*\/\S+\)$/);
    expect(await faults()).toEqual({ faults: [] });
  });

  it.each(['{', 'outage', ''])('%j is no JSON', async (body) => {
    expect((await put('database', body)).status).toBe(400);
    expect(await faults()).toEqual({ faults: [] });
  });

  it('a check that nobody knows: the known ones are named', async () => {
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? '{"kind":"outage"}' : null;
      const headers = { 'Content-Type': 'application/json' };
      const response = await fetch(`${service.url}/faults/nobody`, { method, body, headers });
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({
        detail: 'No check is named nobody: known are database, cache, external_service',
      });
    }
  });
});
