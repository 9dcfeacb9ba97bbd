import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgres } from '../../../src/checks/postgres/postgres.ts';
import type { CheckDefinition } from '../../../src/health/checker.ts';
import { watchCheck } from '../../../src/monitor/watch.ts';
import { certificate } from '../../servers/http.ts';
import { startPgbouncer } from '../../servers/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../../servers/postgres.ts';
import type { Server } from '../../servers/process.ts';
import { someRules } from '../../support.ts';
import { behavesLikeAChecker } from '../behaviour.ts';
import { answering, changed, established, outcome, printedBy, trusting, until, watching } from '../support.ts';

const servers: Server[] = [];
const checks: CheckDefinition[] = [];

async function kept<Kind extends Server>(starting: Promise<Kind>): Promise<Kind> {
  const server = await starting;
  servers.push(server);
  return server;
}

function checkOf(...args: Parameters<typeof postgres>): CheckDefinition {
  const check = postgres(...args);
  checks.push(check);
  return check;
}

afterEach(async () => {
  await Promise.all(checks.splice(0).map(({ checker }) => checker.close?.()));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.dispose()));
});

describe('postgres', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await kept(startPostgres());
  });

  const sessions = () => server.sql(`SELECT count(*) FROM pg_stat_activity WHERE application_name = 'probity'`);

  describe('over its connection', () => behavesLikeAChecker({ server: () => server, check: (url) => postgres(url) }));

  it('is one session in pg_stat_activity', async () => {
    const check = checkOf(server.url);
    for (let run = 0; run < 3; run += 1) await outcome(check);
    expect(await sessions()).toBe('1');
    await check.checker.close?.();
    await until(async () => (await sessions()) === '0');
  });

  it('ends the session of a query that timed out', async () => {
    const check = checkOf(server.url);
    await outcome(check);
    server.freeze();
    try {
      expect(await outcome(check, 50)).toBe('timeout');
    } finally {
      server.thaw();
    }
    await until(async () => (await sessions()) === '0');
  });

  it('notices at once that its session is terminated', async () => {
    const check = checkOf(server.url);
    const watcher = watching(check);
    await outcome(check);
    const noticed = watcher.noticed();
    await server.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'probity'`);
    await noticed;
    expect(await outcome(check)).toBe('ok');
  });

  it('says auth for a wrong password, none, an unknown user, or a database that it may not enter; prints nothing', async () => {
    await server.sql(`CREATE ROLE guest LOGIN PASSWORD 'guest'; REVOKE CONNECT ON DATABASE template1 FROM PUBLIC`);
    const refused = [
      changed(server.url, { password: 'wr0ng' }),
      changed(server.url, { password: '' }),
      changed(server.url, { username: 'nobody' }),
      changed(server.url, { username: 'guest', password: 'guest', pathname: '/template1' }),
    ];
    const printed = await printedBy(async () => {
      for (const url of refused) expect(await outcome(checkOf(url))).toBe('auth');
    });
    expect(printed).toBe('');
  });

  it('says not_found when the database does not exist', async () => {
    expect(await outcome(checkOf(changed(server.url, { pathname: '/missing' })))).toBe('not_found');
  });

  it('says tls when the server has none', async () => {
    expect(await outcome(checkOf(changed(server.url, { search: '?ssl=true' })))).toBe('tls');
  });

  it('passes where transactions are read-only, and says read_only there when they are to be writable', async () => {
    expect(await outcome(checkOf(server.url, { writable: true }))).toBe('ok');
    const url = changed(server.url, { search: '?options=-c%20default_transaction_read_only%3Don' });
    expect(await outcome(checkOf(url))).toBe('ok');
    expect(await outcome(checkOf(url, { writable: true }))).toBe('read_only');
  });

  it('goes over a Unix socket', async () => {
    const other = await kept(startPostgres({ settings: { unix_socket_directories: tmpdir() } }));
    const { username, password, port } = new URL(other.url);
    const query = `host=${encodeURIComponent(tmpdir())}&port=${port}`;
    expect(await outcome(checkOf(`postgres://${username}:${password}@/postgres?${query}`))).toBe('ok');
    await other.stop();
    expect(await outcome(checkOf(`postgres://${username}:${password}@/postgres?${query}`))).toBe('refused');
  });

  it('says too_many_connections when it is full', async () => {
    const settings = { max_connections: '2', superuser_reserved_connections: '0', max_wal_senders: '0' };
    const full = await kept(startPostgres({ settings }));
    const [first, second, third] = [checkOf(full.url), checkOf(full.url), checkOf(full.url)];
    expect([await outcome(first), await outcome(second)]).toEqual(['ok', 'ok']);
    for (let run = 0; run < 10; run += 1) expect(await outcome(third)).toBe('too_many_connections');
    await first.checker.close?.();
    await until(async () => (await outcome(third)) === 'ok');
  });

  describe('behind PgBouncer', () => {
    it('is busy when that takes no more clients, or has no connection for them in time', async () => {
      const bouncer = await kept(
        startPgbouncer(server.url, { max_client_conn: '2', default_pool_size: '1', query_wait_timeout: '1' }),
      );
      const [first, second] = [checkOf(bouncer.url), checkOf(bouncer.url)];
      expect(await outcome(first)).toBe('ok');
      expect(await outcome(second)).toBe('pool_saturated');
      const waiting = outcome(second);
      await until(() => established(bouncer.port) === 2);
      expect(await outcome(checkOf(bouncer.url))).toBe('too_many_connections');
      expect(await waiting).toBe('pool_saturated');
    });

    it('says not_found for a database that is not there, and is busy when the server is full', async () => {
      const settings = { max_connections: '1', superuser_reserved_connections: '0', max_wal_senders: '0' };
      const full = await kept(startPostgres({ settings }));
      const bouncer = await kept(startPgbouncer(full.url));
      expect(await outcome(checkOf(changed(bouncer.url, { pathname: '/missing' })))).toBe('not_found');
      expect(await outcome(checkOf(full.url))).toBe('ok');
      expect(await outcome(checkOf(bouncer.url))).toBe('too_many_connections');
    });

    it('is down when the server is gone, although the first to wait for it is told the same as where it is busy', async () => {
      const other = await kept(startPostgres());
      const bouncer = await kept(startPgbouncer(other.url, { query_wait_timeout: '1', server_login_retry: '1' }));
      const { checker } = checkOf(bouncer.url);
      const rules = someRules({ intervalMs: 100, timeoutMs: 3_000, failAfter: 2, recoverAfter: 1 });
      const watch = watchCheck({ checker, rules, faulty: () => undefined, onOutcome() {}, onFailure() {} });
      watch.start();
      await until(() => watch.state().status === 'up');
      await other.kill();
      await until(() => watch.state().reason === 'pool_saturated');
      await until(() => watch.state().status === 'down');
      expect(watch.state().reason).toBe('unavailable');
      await other.start();
      await until(() => watch.state().status === 'up');
      await watch.stop();
    });
  });

  it('notices a shutdown that ends its session in order', async () => {
    const other = await kept(startPostgres());
    const check = checkOf(other.url);
    const watcher = watching(check);
    await outcome(check);
    const noticed = watcher.noticed();
    const stopped = other.stop();
    await noticed;
    await stopped;
    expect(await outcome(check)).toBe('refused');
  });

  it('passes on a standby, and says read_only there when it is to be writable', async () => {
    const standby = await kept(server.startStandby());
    expect(await outcome(checkOf(changed(server.url, { port: String(standby.port) })))).toBe('ok');
    expect(await outcome(checkOf(standby.url, { writable: true }))).toBe('read_only');
  });

  it('says starting while the server lets nobody in yet', async () => {
    // A standby that stays what every server is while it recovers: 57P03.
    const standby = await kept(server.startStandby({ hot_standby: 'off' }));
    expect(await outcome(checkOf(standby.url))).toBe('starting');
  });
});

describe('postgres over TLS', () => {
  it('passes with a trusted certificate, and says tls for others', async () => {
    const [own, expired, foreign] = await Promise.all([
      certificate(),
      certificate('127.0.0.1', { expired: true }),
      certificate('elsewhere.test'),
    ]);
    const reasons: string[] = [];
    for (const tls of [own, expired, foreign]) {
      const server = await kept(startPostgres({ tls }));
      const url = changed(server.url, { search: '?sslmode=verify-full' });
      reasons.push(await outcome(checkOf(url)));
      reasons.push(await trusting(tls.cert, () => outcome(checkOf(url))));
    }
    expect(reasons).toEqual(['tls', 'ok', 'tls', 'tls', 'tls', 'tls']);
  });
});

describe('postgres, where a server answers strangely', () => {
  const unknownAuthentication = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 99]);
  const shortMessage = Buffer.from([0x52, 0, 0, 0, 4]);
  const unknownMessage = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x7e, 0, 0, 0, 4]);

  it.each([
    ['a message that its parser throws on', unknownAuthentication],
    ['a message without content', shortMessage],
    ['a message of an unknown kind', unknownMessage],
    ['text', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
  ])('survives %s, and says protocol', async (_, bytes) => {
    const server = await answering(bytes);
    const check = checkOf(`postgres://user:pw@127.0.0.1:${server.port}/db`);
    expect(await outcome(check)).toBe('protocol');
    await check.checker.close?.();
    await server.dispose();
  });

  it.each([
    ['57P03', 'starting'],
    ['53300', 'too_many_connections'],
    ['53200', 'overloaded'],
    ['57014', 'timeout'],
    ['57P01', 'unavailable'],
    ['28000', 'auth'],
    ['08006', 'unavailable'],
    ['08P01', 'protocol'],
    ['XX000', 'unexpected_response'],
  ])('takes SQLSTATE %s for %s', async (state, reason) => {
    const server = await answering(error(state));
    expect(await outcome(checkOf(`postgres://user:pw@127.0.0.1:${server.port}/db`))).toBe(reason);
    await server.dispose();
  });
});

/** An ErrorResponse as it goes over the wire. */
function error(state: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${state}\0Mfor a test\0\0`);
  const head = Buffer.from([0x45, 0, 0, 0, 0]);
  head.writeUInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}
