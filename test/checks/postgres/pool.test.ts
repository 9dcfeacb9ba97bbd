import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../../src/checks/postgres/postgres.ts';
import { watchCheck } from '../../../src/monitor/watch.ts';
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts';
import { startProxy, type TcpProxy } from '../../servers/proxy.ts';
import { someRules } from '../../support.ts';
import { outcome, resources, until } from '../support.ts';

let server: PostgresServer;
let proxy: TcpProxy;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  server = await startPostgres();
  proxy = await startProxy(server.port);
});
afterEach(async () => {
  proxy.pass();
  proxy.cut();
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});
afterAll(() => Promise.all([proxy.dispose(), server.dispose()]));

function poolOf(options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString: proxy.through(server.url), ...options });
  pools.push(pool);
  return pool;
}

/** A pool whose clients nobody listens to for errors, but for those that are idle. */
function carelessPool(options: pg.PoolConfig = {}): pg.Pool {
  return poolOf(options).on('error', () => {});
}

/** Runs a check of the pool by itself, and counts. */
function watched(pool: pg.Pool, intervalMs: number) {
  const counts = { runs: 0, connections: 0 };
  pool.on('connect', () => {
    counts.connections += 1;
  });
  const watch = watchCheck({
    checker: postgres(pool).checker,
    rules: someRules({ intervalMs }),
    faulty: () => undefined,
    onOutcome: (before, after) => {
      if (after.last !== before.last) counts.runs += 1;
    },
    onFailure() {},
  });
  watch.start();
  return { counts, stop: () => watch.stop() };
}

describe('a borrowed client', () => {
  it.each([{ writable: false }, { writable: true }])('may be lost while it is asked (%o)', async (options) => {
    const pool = carelessPool();
    const check = postgres(pool, options);
    expect(await outcome(check)).toBe('ok');
    for (let round = 0; round < 5; round += 1) {
      proxy.blackHole();
      const [client] = (pool as unknown as { _idle: { client: pg.Client }[] })._idle.map((idle) => idle.client);
      const run = outcome(check);
      await until(() => pool.idleCount === 0);
      expect(client?.listenerCount('error')).toBeGreaterThan(0);
      proxy.cut();
      // The pool's next client goes into the black hole.
      await until(() => proxy.connections() === 1);
      proxy.cut();
      expect(await run).toBe('unavailable');
      proxy.pass();
      expect(await outcome(check)).toBe('ok');
    }
  });

  it('may be lost in the packet that it came with', async () => {
    const sockets: Socket[] = [];
    const message = (type: string, body: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(body.length + 4);
      return Buffer.concat([Buffer.from(type), length, body]);
    };
    const fatal = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mshutting down\0\0'));
    const welcome = Buffer.concat([message('R', Buffer.alloc(4)), message('Z', Buffer.from('I')), fatal]);
    const hasty = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
      socket.once('data', () => socket.write(welcome));
    });
    await once(hasty.listen(0, '127.0.0.1'), 'listening');
    const { port } = hasty.address() as { port: number };
    const pool = carelessPool({ connectionString: `postgres://someone@127.0.0.1:${port}/postgres` });
    expect(await outcome(postgres(pool), 1_000)).toBe('unavailable');
    for (const socket of sockets) socket.destroy();
    hasty.close();
  });

  it('that the server has just closed is no failure: the pool connects anew', async () => {
    const pool = carelessPool({ application_name: 'borrowed' });
    const check = postgres(pool);
    expect(await outcome(check)).toBe('ok');
    const end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'borrowed'";
    for (let round = 0; round < 10; round += 1) {
      let ended = false;
      const ending = server.sql(end).then(() => {
        ended = true;
      });
      while (!ended) expect(await outcome(check)).toBe('ok');
      await ending;
    }
  });

  it('keeps no listener of ours', async () => {
    const pool = carelessPool({ max: 1 });
    for (let run = 0; run < 20; run += 1) expect(await outcome(postgres(pool))).toBe('ok');
    const client = await pool.connect();
    expect(client.listenerCount('error')).toBe(0);
    client.release();
  });
});

describe('a pool that closes its clients itself', () => {
  it.each([{ maxUses: 1 }, { idleTimeoutMillis: 1 }])('sees no more connections than rounds (%o)', async (options) => {
    const { counts, stop } = watched(poolOf(options), 150);
    const from = performance.now();
    await until(() => counts.runs >= 8);
    // The first run, and the first tick somewhere within the first interval.
    expect(counts.runs).toBeLessThanOrEqual(2 + (performance.now() - from) / 150);
    expect(counts.connections).toBeLessThanOrEqual(counts.runs + 1);
    await stop();
  });

  it('leaves an interval of a minute as it is', async () => {
    const pool = poolOf({ idleTimeoutMillis: 20 });
    const removed = once(pool, 'remove');
    const { counts, stop } = watched(pool, 600_000);
    await removed;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(counts).toEqual({ runs: 1, connections: 1 });
    await stop();
  });
});

describe('a notice of a pool', () => {
  function noticesOf(pool: pg.Pool): { count(): number } {
    let count = 0;
    postgres(pool).checker.watch?.(() => {
      count += 1;
    });
    return { count: () => count };
  }

  it('comes when an idle client is lost', async () => {
    const pool = carelessPool();
    const notices = noticesOf(pool);
    await pool.query('SELECT 1');
    expect(notices.count()).toBe(0);
    proxy.cut();
    await until(() => notices.count() === 1);
  });

  it('comes when the application gives a lost client back, and not for its mistakes', async () => {
    const pool = carelessPool();
    const notices = noticesOf(pool);
    await expect(pool.query('no SQL at all')).rejects.toThrow();
    expect(notices.count()).toBe(0);
    const query = pool.query('SELECT pg_sleep(60)');
    await until(() => pool.totalCount === 1 && pool.idleCount === 0 && proxy.connections() === 1);
    await until(
      async () => (await server.sql("SELECT count(*) FROM pg_stat_activity WHERE query ~ '^SELECT pg_sl'")) === '1',
    );
    proxy.cut();
    await expect(query).rejects.toThrow();
    expect(notices.count()).toBe(1);
  });

  it('leaves an error that the application does not listen for what it is', () => {
    const pool = poolOf();
    noticesOf(pool);
    expect(() => pool.emit('error', new Error('lost'))).toThrow('lost');
  });
});

describe('a request for a client that hangs', () => {
  it('holds no run once the database is well', async () => {
    const pool = carelessPool({ max: 5 });
    const check = postgres(pool);
    proxy.blackHole();
    expect(await outcome(check, 50)).toBe('timeout');
    expect(await outcome(check, 50)).toBe('timeout');
    expect(pool.totalCount).toBe(1);
    proxy.pass();
    for (let run = 0; run < 5; run += 1) expect(await outcome(check, 2_000)).toBe('ok');
    expect(pool.totalCount).toBe(2);
    proxy.cut();
    await until(() => pool.totalCount === 0);
    expect(await outcome(check)).toBe('ok');
  });

  it('leaves nothing of the connections that were dialled beside it', async () => {
    const pool = carelessPool({ max: 5 });
    const check = postgres(pool);
    proxy.blackHole();
    expect(await outcome(check, 50)).toBe('timeout');
    await until(() => proxy.connections() === 1);
    const before = await resources();
    for (let run = 0; run < 10; run += 1) expect(await outcome(check, 20)).toBe('timeout');
    await until(() => proxy.connections() === 1);
    expect((await resources()).handles.length).toBeLessThanOrEqual(before.handles.length);
  });

  it('takes three slots at most, however well the database is beside it', async () => {
    const pool = carelessPool({ max: 10 });
    const check = postgres(pool);
    const { Client } = pool as unknown as { Client: typeof pg.Client };
    // What the pool dials hangs, and what is dialled outside of it works.
    proxy.blackHole();
    Object.assign(pool, {
      Client: class extends Client {
        constructor(options: pg.ClientConfig) {
          super(options.stream ? { ...options, connectionString: server.url } : options);
        }
      },
    });
    for (let run = 0; run < 6; run += 1) expect(await outcome(check, 300)).toBe('timeout');
    expect(pool.totalCount).toBe(3);
  });
});
