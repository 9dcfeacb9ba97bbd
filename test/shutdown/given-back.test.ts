import { type EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProbity, postgres, rabbitmq, redis } from '../../src/index.ts';
import { startHttp } from '../servers/http.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import { startProgram } from './program.ts';

const rounds = 50;

const listenersOf = (emitter: EventEmitter): Record<string, number> =>
  Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));

let servers: Awaited<ReturnType<typeof startAll>>;
const startAll = async () => {
  const [database, cache, queue, site] = await Promise.all([
    startPostgres(),
    startRedis(),
    startRabbitmq(),
    startHttp(),
  ]);
  return { database, cache, queue, site };
};
beforeAll(async () => {
  servers = await startAll();
});
afterAll(() => Promise.all(Object.values(servers).map((server) => server.dispose())));

it(`leaves no listener on what it has borrowed, in ${rounds} rounds of create, start and stop`, {
  timeout: 120_000,
}, async () => {
  const pool = new Pool({ connectionString: servers.database.url });
  const client = new Redis(servers.cache.url);
  await once(client, 'ready');
  const connection = await connect(servers.queue.url);
  const [application, streams] = [createServer(), createHttp2Server()];
  for (const server of [application, streams]) await once(server.listen(0, '127.0.0.1'), 'listening');
  const emitters = { pool, client, connection, application, streams, process } as Record<string, EventEmitter>;
  const all = (): object =>
    Object.fromEntries(Object.entries(emitters).map(([name, emitter]) => [name, listenersOf(emitter)]));

  const round = async (): Promise<void> => {
    const probity = createProbity({
      checks: { pool: postgres(pool), client: redis(client), connection: rabbitmq(connection) },
      shutdown: { uncaughtErrors: true, signals: ['SIGHUP'] },
    });
    const { port } = await probity.listen(0, '127.0.0.1');
    probity.manage(application, streams);
    expect(listenersOf(application)).toHaveProperty('connection', 2);
    while ((await fetch(`http://127.0.0.1:${port}/ready`)).status !== 200);
    await probity.stop();
  };
  // What the drivers themselves add with the first use, and keep, is theirs.
  await Promise.all([pool.query('SELECT 1'), client.ping(), connection.createChannel().then((one) => one.close())]);
  const before = all();
  for (let count = 0; count < rounds; count += 1) await round();
  expect(all()).toEqual(before);
  await Promise.all([pool.end(), connection.close()]);
  client.disconnect();
  for (const server of [application, streams]) server.close();
});

it('keeps no process alive by what its checks have opened', async () => {
  const { database, cache, queue, site } = servers;
  const program = startProgram(join(import.meta.dirname, 'scenarios/own-connections.ts'), {
    POSTGRES: database.url,
    REDIS: cache.url,
    RABBITMQ: queue.url,
    HTTP: site.url,
  });
  await program.said('ready');
  expect(await program.exited).toBe(0);
});
