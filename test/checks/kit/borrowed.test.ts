import amqp from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escalating } from '../../../src/checks/kit/borrowed.ts';
import { postgres } from '../../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../../src/checks/redis/redis.ts';
import type { CheckDefinition } from '../../../src/health/checker.ts';
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts';
import { startProxy } from '../../servers/proxy.ts';
import { type RabbitmqServer, startRabbitmq } from '../../servers/rabbitmq.ts';
import { type RedisServer, startRedis } from '../../servers/redis.ts';

/** The reason of a run, or `ok`. */
async function reasonOf({ checker }: CheckDefinition, timeoutMs = 2_000): Promise<string> {
  // Those that ask in a loop must not starve what they wait for.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await checker.check(AbortSignal.timeout(timeoutMs));
    return 'ok';
  } catch (error) {
    return checker.explain(error);
  }
}

describe('a pool of PostgreSQL', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.dispose());

  it('is used, and neither kept nor closed', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 2 });
    const check = postgres(pool);
    expect(await reasonOf(check)).toBe('ok');
    expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
    await check.checker.close?.();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await reasonOf(postgres(pool, { writable: true }))).toBe('ok');
    await pool.end();
  });

  it('is busy when it is saturated, without waiting, and wedged when that does not end', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 });
    const leaked = await pool.connect();
    expect(await reasonOf(postgres(pool))).toBe('pool_saturated');
    expect(pool.waitingCount).toBe(0);
    const check = postgres(pool, { escalateAfter: '1ms' });
    expect(await reasonOf(check)).toBe('pool_saturated');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await reasonOf(check)).toBe('wedged');
    leaked.release();
    expect(await reasonOf(check)).toBe('ok');
    await pool.end();
  });

  it('loses the client whose query comes too late, and keeps its slot free', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 1 });
    pool.on('error', () => {});
    expect(await reasonOf(postgres(pool))).toBe('ok');
    server.freeze();
    expect(await reasonOf(postgres(pool), 100)).toBe('timeout');
    expect(pool.totalCount).toBe(0);
    server.thaw();
    expect(await reasonOf(postgres(pool))).toBe('ok');
    await pool.end();
  });

  it('waits for one slot at most while no connection comes about', async () => {
    const pool = new pg.Pool({ connectionString: server.url, max: 5 });
    pool.on('error', () => {});
    const check = postgres(pool);
    server.freeze();
    for (let run = 0; run < 3; run += 1) expect(await reasonOf(check, 50)).toBe('timeout');
    expect(pool.totalCount + pool.waitingCount).toBe(1);
    server.thaw();
    expect(await reasonOf(check)).toBe('ok');
    await pool.end();
  });
});

describe('a client of Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.dispose());

  it('is asked, never closed, and not asked while it is down', async () => {
    const client = new Redis(server.url, { retryStrategy: () => 10 });
    client.on('error', () => {});
    const check = redis(client);
    expect(await reasonOf(check)).toBe('ok');
    expect(await reasonOf(redis(client, { writable: true }))).toBe('ok');
    await check.checker.close?.();
    expect(client.status).toBe('ready');
    // The one that is closed has given the client back, and hears nothing of it any more.
    const next = redis(client);
    await server.kill();
    for (let reason = 'ok'; reason !== 'refused'; ) reason = await reasonOf(next, 500);
    await server.start();
    for (let reason = ''; reason !== 'ok'; ) reason = await reasonOf(next, 500);
    client.disconnect();
    expect(await reasonOf(redis(client))).toBe('unavailable');
  });

  it('is wedged when it hangs while a fresh connection works', async () => {
    const proxy = await startProxy(server.port);
    const client = new Redis(proxy.through(server.url));
    const check = redis(client, { escalateAfter: '1ms' });
    expect(await reasonOf(check)).toBe('ok');
    // What is asked now is never answered, and its connection stands.
    proxy.blackHole();
    expect(await reasonOf(check, 100)).toBe('timeout');
    proxy.pass();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await reasonOf(check)).toBe('wedged');
    client.disconnect();
    await proxy.dispose();
  });
});

describe('a connection to RabbitMQ', () => {
  let server: RabbitmqServer;
  beforeAll(async () => {
    server = await startRabbitmq();
  });
  afterAll(() => server.dispose());

  it('is used, never closed, and followed when the application makes a new one', async () => {
    let connection = await amqp.connect(server.url);
    const check = rabbitmq(() => connection);
    let notices = 0;
    check.checker.watch?.(() => {
      notices += 1;
    });
    expect(await reasonOf(check)).toBe('ok');
    await connection.close();
    expect(await reasonOf(check)).toBe('unavailable');
    expect(notices).toBe(1);
    connection = await amqp.connect(server.url);
    expect(await reasonOf(check)).toBe('ok');
    await check.checker.close?.();
    await connection.close();
  });

  it('escalates with a URL', async () => {
    const connection = await amqp.connect(server.url);
    const check = rabbitmq(connection, { escalateAfter: '1ms', url: server.url });
    await connection.close();
    expect(await reasonOf(check)).toBe('unavailable');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await reasonOf(check)).toBe('wedged');
  });
});

describe('an escalation', () => {
  it('does not come while a fresh connection fails as well, and dials it seldom', async () => {
    let dialled = 0;
    const fresh = async (): Promise<void> => {
      dialled += 1;
      throw new Error('down');
    };
    const checker = { check: () => Promise.reject(new Error('down')), explain: () => 'refused' as const, fresh };
    const check = { checker: escalating(checker, '1ms') };
    expect(await reasonOf(check)).toBe('refused');
    await new Promise((resolve) => setTimeout(resolve, 5));
    for (let run = 0; run < 5; run += 1) expect(await reasonOf(check)).toBe('refused');
    expect(dialled).toBe(1);
  });

  it('refuses what is no duration', () => {
    expect(() => postgres(new pg.Pool(), { escalateAfter: '10' as '10m' })).toThrow('`escalateAfter`');
  });
});
