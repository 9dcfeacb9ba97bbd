import { Cluster } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Degraded } from '../../../src/checks/kit/result.ts';
import { redis } from '../../../src/checks/redis/redis.ts';
import type { CheckDefinition } from '../../../src/health/checker.ts';
import { certificate } from '../../servers/http.ts';
import { type RedisServer, startRedis } from '../../servers/redis.ts';
import { clusterState, startRedisCluster, startSentinel } from '../../servers/redis-topologies.ts';
import { behavesLikeAChecker } from '../behaviour.ts';
import { answering, changed, established, outcome, printedBy, trusting, until, watching } from '../support.ts';

const servers: RedisServer[] = [];
const checks: CheckDefinition[] = [];

async function kept(starting: Promise<RedisServer>): Promise<RedisServer> {
  const server = await starting;
  servers.push(server);
  return server;
}

function serverWith(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  return kept(startRedis({ settings }));
}

function checkOf(...args: Parameters<typeof redis>): CheckDefinition {
  const check = redis(...args);
  checks.push(check);
  return check;
}

afterEach(async () => {
  await Promise.all(checks.splice(0).map(({ checker }) => checker.close?.()));
});

afterAll(async () => {
  await Promise.all(servers.map((server) => server.dispose()));
});

describe('redis', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await serverWith();
  });

  describe('over its connection', () => behavesLikeAChecker({ server: () => server, check: (url) => redis(url) }));

  it('is one client in CLIENT LIST, with PING as its last command', async () => {
    const check = checkOf(server.url);
    for (let run = 0; run < 3; run += 1) await outcome(check);
    const clients = (await server.command('CLIENT', 'LIST')).split('\n').filter((line) => !line.includes('cmd=client'));
    expect(clients).toHaveLength(1);
    expect(clients[0]).toContain('cmd=ping');
  });

  it('times out while clients are paused, and passes afterwards', async () => {
    const check = checkOf(server.url);
    await outcome(check);
    await server.command('CLIENT', 'PAUSE', '300', 'ALL');
    expect(await outcome(check, 100)).toBe('timeout');
    expect(await outcome(check)).toBe('ok');
  });

  it('leaves no key behind when it tests a write', async () => {
    const check = checkOf(server.url, { writable: true });
    const changes = async () =>
      /rdb_changes_since_last_save:\d+/.exec(await server.command('INFO', 'persistence'))?.[0];
    const before = await changes();
    expect(await outcome(check)).toBe('ok');
    expect(await server.command('DBSIZE')).toBe('0');
    expect(await changes()).toBe(before);
  });

  it('says not_found when the database does not exist', async () => {
    expect(await outcome(checkOf(changed(server.url, { pathname: '/4711' })))).toBe('not_found');
  });

  it('survives a server that talks out of turn', async () => {
    const strange = await answering('+PONG\r\n+PONG\r\n-ERR more\r\n');
    const check = checkOf(`redis://127.0.0.1:${strange.port}`);
    expect(['ok', 'protocol']).toContain(await outcome(check));
    await check.checker.close?.();
    await strange.dispose();
  });
});

describe('redis over TLS', () => {
  it('passes with a trusted certificate, and says tls for others', async () => {
    const [own, foreign] = await Promise.all([certificate('localhost'), certificate('elsewhere.test')]);
    const reasons: string[] = [];
    for (const tls of [own, foreign]) {
      const url = changed((await kept(startRedis({ tls }))).url, { hostname: 'localhost' });
      reasons.push(await outcome(checkOf(url)));
      reasons.push(await trusting(tls.cert, () => outcome(checkOf(url))));
    }
    expect(reasons).toEqual(['tls', 'ok', 'tls', 'tls']);
  });
});

describe('redis with a password', () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await serverWith({ requirepass: 's3cret' });
  });

  it('passes with it', async () => {
    expect(await outcome(checkOf(changed(server.url, { password: 's3cret' })))).toBe('ok');
  });

  it('says auth without it, or with a wrong one, and prints nothing', async () => {
    const printed = await printedBy(async () => {
      expect(await outcome(checkOf(server.url))).toBe('auth');
      expect(await outcome(checkOf(changed(server.url, { password: 'wr0ng' })))).toBe('auth');
      expect(await outcome(checkOf(changed(server.url, { username: 'nobody', password: 'wr0ng' })))).toBe('auth');
    });
    expect(printed).toBe('');
  });
});

describe('redis in a topology', () => {
  it('is the cluster as a whole: down when that serves nobody, although each node answers PING', async () => {
    const server = await startRedisCluster();
    const borrowed = new Cluster([{ host: '127.0.0.1', port: server.port }]);
    borrowed.on('error', () => {});
    const kinds = [checkOf(server.url), checkOf(server.url, { writable: true }), checkOf(borrowed as never)];
    for (const check of kinds) expect(await outcome(check)).toBe('ok');
    await server.command('CLUSTER', 'DELSLOTS', '1');
    await clusterState(server, 'fail');
    expect(await server.command('PING')).toBe('PONG');
    for (const check of kinds) expect(await outcome(check)).toBe('unavailable');
    await server.command('CLUSTER', 'ADDSLOTS', '1');
    await clusterState(server, 'ok');
    for (const check of kinds) await until(async () => (await outcome(check)) === 'ok');
    borrowed.disconnect();
    await server.command('CONFIG', 'SET', 'requirepass', 'other');
    expect(await outcome(checkOf(server.url))).toBe('auth');
    await Promise.all(checks.splice(0).map(({ checker }) => checker.close?.()));
    await until(() => established(server.port) === 0);
    await server.kill();
    expect(await outcome(checkOf(server.url))).toBe('refused');
    await server.dispose();
  });

  it('is the master that the sentinels name, and leaves no connection', async () => {
    const server = await serverWith();
    const sentinel = await startSentinel(server);
    const check = checkOf(sentinel.url, { writable: true });
    for (let run = 0; run < 3; run += 1) expect(await outcome(check)).toBe('ok');
    expect(established(server.port)).toBeGreaterThan(0);
    const watcher = watching(check);
    const noticed = watcher.noticed();
    await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await noticed;
    expect(await outcome(check)).toBe('ok');
    await sentinel.dispose();
    await checks.pop()?.checker.close?.();
    expect(await outcome(checkOf(sentinel.url))).toBe('refused');
  });
});

describe('redis that is not well', () => {
  it('is up and degraded when its snapshots fail, and says read_only when it is to be writable', async () => {
    const server = await serverWith({ 'enable-protected-configs': 'yes', save: '3600 1' });
    // Where nobody may write, not even root.
    await server.command('CONFIG', 'SET', 'dir', '/proc');
    await server.command('SET', 'key', 'value');
    await server.command('BGSAVE');
    await until(async () => (await server.command('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'));
    const [reading, writing] = [checkOf(server.url), checkOf(server.url, { writable: true })];
    for (let run = 0; run < 2; run += 1) {
      const result = await reading.checker.check(AbortSignal.timeout(5_000));
      expect(result).toBeInstanceOf(Degraded);
      expect(result).toMatchObject({ reason: 'read_only', message: expect.stringMatching(/^MISCONF/) });
      expect(await outcome(writing)).toBe('read_only');
    }
  });

  it('says auth when the user may not write', async () => {
    const server = await serverWith();
    await server.command('ACL', 'SETUSER', 'reader', 'on', '>pw', '+ping', '~*');
    const url = changed(server.url, { username: 'reader', password: 'pw' });
    expect(await outcome(checkOf(url))).toBe('ok');
    expect(await outcome(checkOf(url, { writable: true }))).toBe('auth');
  });

  it('says loading while it loads its data, at once', async () => {
    const server = await serverWith({ 'enable-debug-command': 'yes' });
    await server.command('DEBUG', 'POPULATE', '20000');
    await server.command('SAVE');
    await server.stop();
    await server.startLoading({ 'key-load-delay': '1000', 'loading-process-events-interval-bytes': '1024' });
    const check = checkOf(server.url);
    expect(await outcome(check, 2_000)).toBe('loading');
    expect(await outcome(check, 2_000)).toBe('loading');
  });

  it('says master_down on a replica that may not serve stale data', async () => {
    const server = await serverWith({ replicaof: '127.0.0.1 1', 'replica-serve-stale-data': 'no' });
    expect(await outcome(checkOf(server.url))).toBe('master_down');
  });

  it('passes on a replica, and says read_only there when it is to be writable', async () => {
    const server = await serverWith({ replicaof: '127.0.0.1 1' });
    expect(await outcome(checkOf(server.url))).toBe('ok');
    expect(await outcome(checkOf(server.url, { writable: true }))).toBe('read_only');
  });

  it('passes out of memory, and says overloaded there when it is to be writable', async () => {
    const server = await serverWith({ maxmemory: '100kb' });
    expect(await outcome(checkOf(server.url))).toBe('ok');
    expect(await outcome(checkOf(server.url, { writable: true }))).toBe('overloaded');
  });

  it('says too_many_connections when it takes no more clients', async () => {
    const server = await serverWith({ maxclients: '1' });
    const first = checkOf(server.url);
    expect(await outcome(first)).toBe('ok');
    const second = checkOf(server.url);
    for (let run = 0; run < 10; run += 1) expect(await outcome(second)).toBe('too_many_connections');
    await first.checker.close?.();
    await until(async () => (await outcome(second)) === 'ok');
  });

  it('follows a failover behind its name: a check that failed connects anew', async () => {
    const server = await serverWith();
    const check = checkOf(server.url, { writable: true });
    expect(await outcome(check)).toBe('ok');
    await server.command('REPLICAOF', '127.0.0.1', '1');
    expect(await outcome(check)).toBe('read_only');
    await server.command('REPLICAOF', 'NO', 'ONE');
    expect(await outcome(check)).toBe('ok');
  });
});
