import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { type RabbitmqServer, startRabbitmq } from '../servers/rabbitmq.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type Service, startService, untilStatus } from './service.ts';

let postgres: PostgresServer;
let redis: RedisServer;
let rabbitmq: RabbitmqServer;
let external: Awaited<ReturnType<typeof startHttp>>;
let service: Service;

beforeAll(async () => {
  [postgres, redis, rabbitmq, external] = await Promise.all([
    startPostgres(),
    startRedis(),
    startRabbitmq(),
    startHttp(),
  ]);
  service = await startService(environment());
  await untilStatus(`${service.url}/ready`, 200);
});
afterAll(async () => {
  await service?.stop();
  await Promise.all([postgres, redis, rabbitmq, external].map((server) => server?.dispose()));
});

const environment = (): Record<string, string> => ({
  DATABASE_URL: postgres.url,
  REDIS_URL: redis.url,
  AMQP_URL: rabbitmq.url,
  EXTERNAL_SERVICE_URL: external.url,
});

async function expectNotReady(detail: string): Promise<void> {
  const problem = await (await untilStatus(`${service.url}/ready`, 503)).json();
  expect(problem).toMatchObject({ title: 'Service Unavailable', status: 503, detail });
  expect((await fetch(`${service.url}/internal/ready`)).status).toBe(503);
  await expectAlive();
}

async function expectReady(): Promise<void> {
  expect(await (await untilStatus(`${service.url}/ready`, 200)).json()).toEqual({ status: 'ready' });
  expect((await fetch(`${service.url}/internal/ready`)).status).toBe(204);
  await expectAlive();
}

async function expectAlive(): Promise<void> {
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
  expect((await fetch(`${service.url}/internal/alive`)).status).toBe(204);
  expect((await fetch(`${service.url}/startup`)).status).toBe(200);
}

describe.each([
  ['PostgreSQL', () => postgres, 'Database not available'],
  ['Redis', () => redis, 'Cache not available'],
  ['RabbitMQ', () => rabbitmq, 'Queue not available'],
])('readiness over a real %s', (_, server, detail) => {
  it('fails while it is killed, and recovers when it is back', { timeout: 60_000 }, async () => {
    await server().kill();
    await expectNotReady(detail);
    await server().start();
    await expectReady();
  });

  it('fails while it is frozen, and recovers when it is thawed', { timeout: 60_000 }, async () => {
    server().freeze();
    await expectNotReady(detail);
    server().thaw();
    await expectReady();
  });

  it('fails while it is stopped for a restart, and recovers', { timeout: 60_000 }, async () => {
    await server().stop();
    await expectNotReady(detail);
    await server().start();
    await expectReady();
  });
});

describe('a start without Redis', () => {
  it('listens at once, is alive, is not ready, and recovers by itself when Redis comes', {
    timeout: 60_000,
  }, async () => {
    await redis.stop();
    const early = await startService({ REDIS_URL: redis.url });
    expect((await fetch(`${early.url}/health`)).status).toBe(200);
    await early.logged({ msg: 'check changed', check: 'cache', to: 'down', reason: 'refused' });
    const problem = await (await untilStatus(`${early.url}/ready`, 503)).json();
    expect(problem).toMatchObject({
      detail: 'Cache not available',
      checks: [{ check: 'cache', reason: 'refused', simulated: false }],
    });
    await redis.start();
    await untilStatus(`${early.url}/ready`, 200);
    expect(await early.stop()).toBe(0);
  });
});
