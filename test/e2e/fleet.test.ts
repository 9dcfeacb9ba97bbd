import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type Service, startService, untilStatus } from './service.ts';

let redis: RedisServer;
let external: Awaited<ReturnType<typeof startHttp>>;
let replicas: Service[];

const environment = (): Record<string, string> => ({
  SIMULATION: 'true',
  FLEET_REDIS_URL: redis.url,
  // The fleet's Redis is watched as well: a fault over its check changes nothing for the fleet.
  REDIS_URL: redis.url,
  EXTERNAL_SERVICE_URL: external.url,
});

beforeAll(async () => {
  [redis, external] = await Promise.all([startRedis(), startHttp()]);
  replicas = await Promise.all([1, 2, 3].map(() => startReplica()));
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await Promise.all([redis.dispose(), external.dispose()]);
});

async function startReplica(): Promise<Service> {
  const replica = await startService(environment());
  await replica.logged({ msg: 'fleet reached' });
  await untilStatus(`${replica.url}/ready`, 200);
  return replica;
}

const put = async (replica: Service, check: string, fault: object): Promise<{ shared: boolean; until: string }> => {
  const response = await fetch(`${replica.url}/faults/${check}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(fault),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as { shared: boolean; until: string };
};
const clear = async (replica: Service, check: string): Promise<void> => {
  expect((await fetch(`${replica.url}/faults/${check}`, { method: 'DELETE' })).status).toBe(204);
};
const all = (status: number): Promise<Response[]> =>
  Promise.all(replicas.map(({ url }) => untilStatus(`${url}/ready`, status)));
const json = async (url: string): Promise<Record<string, unknown>> =>
  (await (await fetch(url)).json()) as Record<string, unknown>;
const faultsOf = async ({ url }: Service): Promise<Record<string, unknown>[]> =>
  (await json(`${url}/faults`)).faults as Record<string, unknown>[];
const reachable = async ({ url }: Service): Promise<unknown> => (await json(`${url}/checks`)).fleet;

/** Asks until it is so; the time-out of the test is the limit. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}
const untilReachable = (is: boolean): Promise<void> =>
  until(async () =>
    (await Promise.all(replicas.map(reachable))).every((fleet) => (fleet as { reachable: boolean }).reachable === is),
  );
const [first, second, third] = [0, 1, 2].map((index) => () => replicas[index] as Service) as [
  () => Service,
  () => Service,
  () => Service,
];

describe('three replicas on one Redis', () => {
  it('all have a fault that was set on one, and all are rid of it', async () => {
    expect(await put(first(), 'external_service', { kind: 'outage' })).toMatchObject({ shared: true });
    const since = performance.now();
    for (const response of await all(503))
      expect(await response.json()).toMatchObject({ checks: [{ check: 'external_service', simulated: true }] });
    expect(performance.now() - since).toBeLessThan(1_000);
    await clear(second(), 'external_service');
    await all(200);
    for (const replica of replicas) expect(await faultsOf(replica)).toEqual([]);
  });

  it('let a fault lie over the check of that very Redis', async () => {
    await put(second(), 'cache', { kind: 'outage' });
    await all(503);
    expect(await reachable(first())).toEqual({ reachable: true });
    await clear(third(), 'cache');
    await all(200);
  });

  it('let it expire everywhere', async () => {
    await put(third(), 'external_service', { kind: 'outage', ttlSeconds: 1 });
    await all(503);
    await all(200);
    for (const replica of replicas) {
      await replica.logged({ msg: 'simulated fault has expired', check: 'external_service' });
      expect(await faultsOf(replica)).toEqual([]);
    }
  });

  it('come to one of the two states when two write at once, and to no mixture', async () => {
    const latency = { kind: 'latency', delayMs: 7, jitterMs: 3, ttlSeconds: 600 };
    const flap = { kind: 'flap', periodMs: 3_600_000, ttlSeconds: 500 };
    for (let round = 0; round < 10; round += 1) {
      await Promise.all([put(first(), 'external_service', latency), put(second(), 'external_service', flap)]);
      await until(async () => {
        const seen = await Promise.all(replicas.map(faultsOf));
        for (const [one] of seen) if (one) expect([latency, flap]).toContainEqual(one.fault);
        return seen.every(([one]) => JSON.stringify(one?.fault) === JSON.stringify(seen[0]?.[0]?.fault));
      });
    }
    await clear(first(), 'external_service');
    await until(async () => (await Promise.all(replicas.map(faultsOf))).every(({ length }) => length === 0));
  });

  it('are listed with their readiness and age', async () => {
    await put(first(), 'external_service', { kind: 'outage' });
    await until(async () => {
      const { replicas: listed } = (await json(`${third().url}/fleet`)) as { replicas: { ready: boolean }[] };
      return listed.length === 3 && listed.every(({ ready }) => !ready);
    });
    await clear(first(), 'external_service');
    const { replicas: listed } = await json(`${third().url}/fleet`);
    expect(listed).toEqual(
      replicas.map(() => ({
        replica: expect.stringMatching(/:\d+$/),
        ready: expect.any(Boolean),
        ageSeconds: expect.any(Number),
        seenSecondsAgo: expect.any(Number),
      })),
    );
  });

  it('give a fault to a replica that is started again', { timeout: 30_000 }, async () => {
    await put(first(), 'external_service', { kind: 'outage' });
    await all(503);
    expect(await second().stop()).toBe(0);
    replicas[1] = await startService(environment());
    await all(503);
    expect(await faultsOf(second())).toMatchObject([{ check: 'external_service', shared: true }]);
    await clear(second(), 'external_service');
    await all(200);
  });

  it('lose nothing when Redis is killed and comes back with nothing', { timeout: 30_000 }, async () => {
    await put(first(), 'external_service', { kind: 'outage', ttlSeconds: 600 });
    await all(503);
    await redis.kill();
    await untilReachable(false);
    for (const replica of replicas) expect(await faultsOf(replica)).toMatchObject([{ check: 'external_service' }]);
    expect((await fetch(`${first().url}/fleet`)).status).toBe(503);
    expect((await fetch(`${first().url}/health`)).status).toBe(200);

    // What is written meanwhile acts on one replica, says so, and reaches the others later.
    await clear(first(), 'external_service');
    expect(await put(second(), 'cache', { kind: 'hang' })).toMatchObject({ shared: false });
    expect(await faultsOf(third())).toMatchObject([{ check: 'external_service' }]);

    await redis.start();
    await untilReachable(true);
    await until(async () => {
      const seen = await Promise.all(replicas.map(faultsOf));
      return seen.every(([one, ...more]) => one?.check === 'cache' && one.shared === true && more.length === 0);
    });
    await clear(third(), 'cache');
    await all(200);
    for (const { lines } of replicas) expect(lines.join('\n')).not.toMatch(/"level":"error"/);
  });

  it('stay alive and keep their faults while Redis answers nothing', { timeout: 30_000 }, async () => {
    await put(first(), 'external_service', { kind: 'outage' });
    await all(503);
    redis.freeze();
    await untilReachable(false);
    for (const replica of replicas) expect(await faultsOf(replica)).toHaveLength(1);
    await clear(first(), 'external_service');
    redis.thaw();
    await untilReachable(true);
    await all(200);
  });
});
