import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { startService, untilStatus } from './service.ts';

let postgres: PostgresServer;
let redis: RedisServer;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres({ settings: { autovacuum: 'off' } }), startRedis()]);
  await postgres.sql('CREATE DATABASE watched');
});
afterAll(() => Promise.all([postgres?.dispose(), redis?.dispose()]));

it('a thousand concurrent probes cause no round trip to a dependency', async () => {
  const none = await roundTrips(0);
  expect(none.pings).toBeGreaterThan(0);
  expect(none.transactions).toBeGreaterThan(0);
  expect(await roundTrips(1_000)).toEqual(none);
});

/** What the dependencies count over the life of a service whose checks run once within an hour. */
async function roundTrips(probes: number): Promise<{ pings: number; transactions: number }> {
  const before = await counts();
  const file = join(import.meta.dirname, 'round-trips.yaml');
  const service = await startService(
    { DATABASE_URL: `${postgres.url.replace(/\/[^/]*$/, '/watched')}`, REDIS_URL: redis.url },
    ['--config', file],
  );
  await untilStatus(`${service.url}/ready`, 200);
  const answers = await Promise.all(Array.from({ length: probes }, () => fetch(`${service.url}/ready`)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(probes);
  await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  expect(await service.stop()).toBe(0);
  // PostgreSQL adds up what a connection did when the connection ends.
  while ((await postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'watched'")) !== '0');
  const after = await counts();
  return { pings: after.pings - before.pings, transactions: after.transactions - before.transactions };
}

async function counts(): Promise<{ pings: number; transactions: number }> {
  const client = new Redis(redis.url);
  const stats = await client.info('commandstats');
  client.disconnect();
  const [, pings = '0'] = /cmdstat_ping:calls=(\d+)/.exec(stats) ?? [];
  const sum = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'watched'";
  return { pings: Number(pings), transactions: Number(await postgres.sql(sum)) };
}
