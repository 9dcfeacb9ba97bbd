import amqp from 'amqplib';
import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { custom } from '../../src/checks/custom.ts';
import { http } from '../../src/checks/http/http.ts';
import type { PostgresPool } from '../../src/checks/postgres/loan.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import type { CheckDefinition } from '../../src/health/checker.ts';
import { createProbity, type Probity } from '../../src/service/probity.ts';
import { parseExposition } from '../server/metrics/exposition.ts';
import { freePort } from '../servers/free-port.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { type RabbitmqServer, startRabbitmq } from '../servers/rabbitmq.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { startSentinel } from '../servers/redis-topologies.ts';
import { recordingLog } from '../support.ts';
import { changed, established, outcome, resources, until } from './support.ts';

let database: PostgresServer;
let cache: RedisServer;
let queue: RabbitmqServer;

beforeAll(async () => {
  [database, cache, queue] = await Promise.all([
    startPostgres(),
    startRedis(),
    startRabbitmq({ users: [{ name: 'app', password: 'old', write: '.*' }] }),
  ]);
  await setPassword.postgres('old', 'CREATE');
  await setPassword.redis('old');
});
afterAll(() => Promise.all([database, cache, queue].map((server) => server.dispose())));

/** As those do it who rotate: nobody's connection ends by it. */
const setPassword = {
  postgres: (password: string, verb = 'ALTER') =>
    database.sql(`SET password_encryption = 'scram-sha-256'; ${verb} ROLE app LOGIN PASSWORD '${password}'`),
  redis: (password: string) => cache.command('ACL', 'SETUSER', 'app', 'on', 'resetpass', `>${password}`, '+@all', '~*'),
  rabbitmq: (password: string) => queue.ctl('change_password', 'app', password),
};
const as = (server: { url: string }, password = 'old'): string => changed(server.url, { username: 'app', password });

/** What a fresh connection comes to. */
const freshOutcome = ({ checker }: CheckDefinition): Promise<string> =>
  outcome({ checker: { ...checker, check: async (signal) => checker.fresh?.(signal) } });

interface Case {
  check: CheckDefinition;
  close(): unknown;
}

const cases: Record<string, () => Promise<Case>> = {
  async 'postgres over its connection'() {
    const check = postgres(as(database));
    return { check, close: () => check.checker.close?.() };
  },
  async 'postgres over a pool'() {
    const pool = new pg.Pool({ connectionString: as(database), max: 1 });
    return { check: postgres(pool), close: () => pool.end() };
  },
  async 'redis over its connection'() {
    const check = redis(as(cache));
    return { check, close: () => check.checker.close?.() };
  },
  async 'redis through a sentinel'() {
    const sentinel = await startSentinel(cache);
    const check = redis(changed(sentinel.url, { username: 'app', password: 'old' }));
    const close = async () => {
      await check.checker.close?.();
      await sentinel.dispose();
    };
    return { check, close };
  },
  async 'redis over a client'() {
    const client = new Redis(as(cache));
    return { check: redis(client), close: () => client.disconnect() };
  },
  async 'rabbitmq over its connection'() {
    const check = rabbitmq(as(queue));
    return { check, close: () => check.checker.close?.() };
  },
  async 'rabbitmq over a connection of the application'() {
    const connection = await amqp.connect(as(queue));
    return { check: rabbitmq(connection, { url: as(queue) }), close: () => connection.close() };
  },
};

const portOf = (name: string): number =>
  (name.startsWith('postgres') ? database : name.startsWith('redis') ? cache : queue).port;

describe.each(Object.entries(cases))('%s', (name, start) => {
  const rotate = setPassword[name.split(' ')[0] as keyof typeof setPassword];
  let made: Case;
  beforeAll(async () => {
    made = await start();
  });
  afterAll(() => made.close());

  // rabbitmqctl starts a whole Erlang each time.
  it('sees by a fresh connection what the kept one does not: a rotated password', { timeout: 60_000 }, async () => {
    const { check } = made;
    expect(await outcome(check)).toBe('ok');
    expect(await freshOutcome(check)).toBe('ok');
    await rotate('new');
    expect(await outcome(check)).toBe('ok');
    expect(await freshOutcome(check)).toBe('auth');
    await rotate('old');
    expect(await freshOutcome(check)).toBe('ok');
    expect(await outcome(check)).toBe('ok');
  });

  it('leaves nothing of a fresh connection, well or given up', async () => {
    const { check } = made;
    expect(await outcome(check)).toBe('ok');
    const [standing, before] = [established(portOf(name)), await resources()];
    for (let round = 0; round < 3; round += 1) {
      expect(await freshOutcome(check)).toBe('ok');
      const aborted = check.checker.fresh?.(AbortSignal.timeout(round * 2));
      await aborted?.catch(() => {});
    }
    await until(() => established(portOf(name)) === standing);
    await until(async () => (await resources()).handles.length === before.handles.length);
    expect(await outcome(check)).toBe('ok');
  });
});

it('asks the application for the password as it is now, where that is a function', async () => {
  let password = 'old';
  const where = { host: '127.0.0.1', port: database.port, database: 'postgres', user: 'app' };
  const pool = new pg.Pool({ ...where, password: async () => password });
  const check = postgres(pool);
  expect(await freshOutcome(check)).toBe('ok');
  await setPassword.postgres('new');
  expect(await freshOutcome(check)).toBe('auth');
  password = 'new';
  expect(await freshOutcome(check)).toBe('ok');
  await setPassword.postgres('old');
  await pool.end();
});

it('connects to a cluster as its client does', async () => {
  const server = await startRedis({
    settings: {
      'cluster-enabled': 'yes',
      'cluster-announce-ip': '127.0.0.1',
      'cluster-port': String(await freePort()),
      requirepass: 'old',
    },
  });
  const command = (...words: string[]) => server.command('--no-auth-warning', '-a', 'old', ...words);
  await command('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await until(async () => (await command('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  const cluster = new Cluster([{ host: '127.0.0.1', port: server.port }], { redisOptions: { password: 'old' } });
  const check = redis(cluster);
  expect(await outcome(check)).toBe('ok');
  expect(await freshOutcome(check)).toBe('ok');
  await command('CONFIG', 'SET', 'requirepass', 'new');
  expect(await outcome(check)).toBe('ok');
  expect(await freshOutcome(check)).not.toBe('ok');
  cluster.disconnect();
  await server.dispose();
});

describe('an option that could not be heeded', () => {
  const pool = {
    ...{ totalCount: 0, idleCount: 0, waitingCount: 0, options: {} },
    ...{ connect: () => {}, on: () => {}, off: () => {} },
  } satisfies PostgresPool;

  it.each<[string, () => CheckDefinition | (() => Promise<void>)]>([
    ['canary', () => http('http://127.0.0.1/', { canary: '5m' })],
    ['canary', () => custom(async () => {}, { canary: '5m' })],
    ['canary', () => postgres(pool, { canary: { every: '5m' } })],
    ['canary', () => rabbitmq(() => undefined, { canary: '5m' } as object)],
    ['certificateDays', () => custom(async () => {}, { certificateDays: 30 })],
    ['escalateAfter', () => postgres(pool, { escalateAfter: '5m' })],
  ])('is refused: %s', (option, make) => {
    expect(() => createProbity({ checks: { dependency: make() } })).toThrow(option);
  });

  it('is none where it turns the canary off, and none that was left out', async () => {
    for (const check of [http('http://127.0.0.1/', { canary: false }), postgres(pool)])
      await createProbity({ checks: { dependency: check } }).stop();
  });
});

describe('a service', () => {
  interface Serving {
    readonly probity: Probity;
    readonly lines: ReturnType<typeof recordingLog>['lines'];
    get(path: string): Promise<Response>;
    check(): Promise<Record<string, unknown>>;
    stop(): Promise<void>;
  }

  async function serving(check: CheckDefinition): Promise<Serving> {
    const { log, lines } = recordingLog();
    const probity = createProbity({ checks: { database: check }, log });
    const { port } = await probity.listen(0, '127.0.0.1');
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const service: Serving = {
      ...{ probity, lines, get },
      check: async () => (await get('/checks/database')).json() as Promise<Record<string, unknown>>,
      stop: () => probity.stop(),
    };
    await until(async () => (await get('/ready')).status === 200);
    return service;
  }

  it('stays ready and says degraded while nobody could log in, in every place, and no longer', async () => {
    const service = await serving(postgres(as(database), { canary: '100ms', interval: '50ms' }));
    await until(async () => (await service.check()).canary !== undefined);
    expect(await service.check()).toMatchObject({ status: 'up', canary: { outcome: 'ok' } });
    await setPassword.postgres('new');
    await until(async () => (await service.check()).reason === 'auth');
    expect(await service.check()).toMatchObject({ status: 'up', canary: { outcome: 'failed', reason: 'auth' } });
    expect((await service.get('/ready')).status).toBe(200);
    expect(await (await service.get('/checks')).json()).toMatchObject({ ready: true, degraded: true });
    const metrics = parseExposition(await (await service.get('/metrics')).text());
    expect(metrics.value('probity_check_canary_success', { check: 'database' })).toBe(0);
    expect(metrics.value('probity_check_degraded', { check: 'database' })).toBe(1);
    expect(metrics.value('probity_check_reason', { check: 'database', reason: 'auth' })).toBe(1);
    await setPassword.postgres('old');
    await until(async () => (await service.check()).reason === undefined);
    const told = service.lines.filter(({ message }) => message.startsWith('check ') && message !== 'check changed');
    expect(told).toMatchObject([
      { level: 'warn', message: 'check degraded', fields: { check: 'database', reason: 'auth' } },
      { level: 'info', message: 'check no longer degraded', fields: { check: 'database' } },
    ]);
    await service.stop();
  });

  it('leaves where the canary is required, and comes back', async () => {
    const check = postgres(as(database), { canary: { every: '100ms', required: true }, interval: '50ms' });
    const service = await serving(check);
    await setPassword.postgres('new');
    await until(async () => (await service.get('/ready')).status === 503);
    expect(await service.check()).toMatchObject({ status: 'down', reason: 'auth' });
    await setPassword.postgres('old');
    await until(async () => (await service.get('/ready')).status === 200);
    await service.stop();
  });

  it.each(['postgres', 'redis'] as const)('costs %s one connection for each canary, and none between', async (kind) => {
    let asked = 0; // Who asks Redis connects as well.
    const dialled = async (): Promise<number> => {
      if (kind === 'postgres') return (database.output().match(/connection authorized: user=app/g) ?? []).length;
      const received = /total_connections_received:(\d+)/.exec(await cache.command('INFO', 'stats'))?.[1];
      return Number(received) - ++asked;
    };
    await database.sql('ALTER SYSTEM SET log_connections = on');
    await database.sql('SELECT pg_reload_conf()');
    const options = { canary: '250ms', interval: '10ms' } as const;
    const [before, since] = [await dialled(), performance.now()];
    const service = await serving(kind === 'postgres' ? postgres(as(database), options) : redis(as(cache), options));
    await until(async () => (await dialled()) - before >= 6);
    const metrics = parseExposition(await (await service.get('/metrics')).text());
    await service.stop();
    // One of them is for the runs, however many there are.
    expect((await dialled()) - before).toBeLessThanOrEqual(2 + (performance.now() - since) / 250);
    expect(metrics.value('probity_check_duration_seconds_count', { check: 'database' })).toBeGreaterThan(30);
  });

  it('sees a server that takes no more connections', async () => {
    await database.sql('ALTER ROLE app CONNECTION LIMIT 1');
    const service = await serving(postgres(as(database), { canary: '50ms' }));
    await until(async () => (await service.check()).reason === 'too_many_connections');
    expect(await service.check()).toMatchObject({ status: 'up', canary: { outcome: 'busy' } });
    await database.sql('ALTER ROLE app CONNECTION LIMIT -1');
    await service.stop();
  });
});
