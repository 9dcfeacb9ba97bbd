import { once } from 'node:events';
import { Redis as Redis6 } from 'ioredis';
import { Redis as Redis5 } from 'ioredis5';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { BorrowedOptions } from '../../../src/checks/kit/borrowed.ts';
import type { RedisClient } from '../../../src/checks/redis/borrowed-client.ts';
import { type RedisOptions, redis } from '../../../src/checks/redis/redis.ts';
import type { CheckState } from '../../../src/health/check-state.ts';
import type { CheckDefinition } from '../../../src/health/checker.ts';
import { watchCheck } from '../../../src/monitor/watch.ts';
import { startProxy, type TcpProxy } from '../../servers/proxy.ts';
import { type RedisServer, startRedis } from '../../servers/redis.ts';
import { someRules } from '../../support.ts';
import { outcome, resources, until } from '../support.ts';

const drivers = { 'ioredis 5': Redis5 as unknown as typeof Redis6, 'ioredis 6': Redis6 };

const portOf = (client: Redis6): number => (client as unknown as { stream: { localPort: number } }).stream.localPort;

describe.each(Object.entries(drivers))('a client of %s', (_, Redis) => {
  let server: RedisServer;
  let proxy: TcpProxy;
  const clients: Redis6[] = [];
  const checks: CheckDefinition[] = [];

  beforeAll(async () => {
    server = await startRedis();
    proxy = await startProxy(server.port);
  });
  afterEach(async () => {
    await Promise.all(checks.splice(0).map(({ checker }) => checker.close?.()));
    for (const client of clients.splice(0)) client.disconnect();
    proxy.pass();
    proxy.cut();
  });
  afterAll(() => Promise.all([proxy.dispose(), server.dispose()]));

  function keep<Client extends Redis6>(client: Client): Client {
    clients.push(client);
    return client.on('error', () => {});
  }

  function checkOf(client: RedisClient, options: RedisOptions & BorrowedOptions = {}): CheckDefinition {
    const check = redis(client, options);
    checks.push(check);
    return check;
  }

  /** Watches the client, and tells of every change of status. */
  function watched(client: RedisClient) {
    const changes: string[] = [];
    const runs: string[] = [];
    const watch = watchCheck({
      checker: redis(client).checker,
      rules: someRules({ intervalMs: 300 }),
      faulty: () => undefined,
      onOutcome(before: CheckState, after: CheckState) {
        if (after.last !== before.last) runs.push(after.last?.reason ?? 'ok');
        if (after.status !== before.status) changes.push(after.reason ?? after.status);
      },
      onFailure() {},
    });
    watch.start();
    return { watch, changes, runs };
  }

  const others = async (): Promise<string[]> =>
    (await server.command('CLIENT', 'LIST')).split('\n').filter((line) => !line.includes('cmd=client'));

  describe('that reconnects', () => {
    it('is waited for, and one CLIENT KILL is nothing', async () => {
      const client = keep(new Redis(server.url));
      const { watch, changes, runs } = watched(client);
      await until(() => changes[0] === 'up');
      for (let round = 0; round < 5; round += 1) {
        const back = once(client, 'ready');
        await server.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
        const sampling = setInterval(() => expect(watch.state().status).toBe('up'), 5);
        await back;
        const seen = runs.length;
        await until(() => runs.length > seen);
        clearInterval(sampling);
      }
      expect(changes).toEqual(['up']);
      expect(new Set(runs)).toEqual(new Set(['ok']));
      await watch.stop();
    });

    it('does not flap on a server that closes idle clients every second', async () => {
      const client = keep(new Redis(server.url));
      await server.command('CONFIG', 'SET', 'timeout', '1');
      try {
        let closed = 0;
        client.on('close', () => {
          closed += 1;
        });
        const { watch, changes, runs } = watched(client);
        // Nobody asks for longer than the server waits.
        const checker = checkOf(client);
        await until(() => changes[0] === 'up');
        await watch.stop();
        for (let round = 0; round < 2; round += 1) {
          await until(() => closed > round);
          expect(await outcome(checker)).toBe('ok');
        }
        expect(new Set(runs)).toEqual(new Set(['ok']));
      } finally {
        await server.command('CONFIG', 'SET', 'timeout', '0');
      }
    });

    it('asks again when its connection is lost while it is asked, whatever it does with what was pending', async () => {
      for (const options of [{}, { maxRetriesPerRequest: 0 }, { autoResendUnfulfilledCommands: false }]) {
        const client = keep(new Redis(proxy.through(server.url), options));
        const check = checkOf(client);
        expect(await outcome(check)).toBe('ok');
        proxy.blackHole();
        const run = outcome(check);
        await new Promise(setImmediate);
        proxy.pass();
        proxy.cut();
        expect(await run).toBe('ok');
      }
    });

    it('fails with the first attempt that is refused, and is up again after the next that succeeds', async () => {
      const own = await startRedis();
      const client = keep(new Redis(own.url));
      const { watch, changes } = watched(client);
      await until(() => changes[0] === 'up');
      const lost = once(client, 'close');
      await own.kill();
      await lost;
      const lostAt = performance.now();
      await until(() => changes.length > 1);
      // The client waits 50 ms before its first attempt, and the second run confirms it.
      expect(performance.now() - lostAt).toBeLessThan(2_000);
      expect(changes).toEqual(['up', 'refused']);
      await own.start();
      await until(() => changes.length > 2);
      expect(changes).toEqual(['up', 'refused', 'up']);
      await watch.stop();
      await own.dispose();
    });

    it('is given up at the deadline when it takes longer, and at once when it does not reconnect', async () => {
      const slow = keep(new Redis(proxy.through(server.url), { retryStrategy: () => 60_000 }));
      const check = checkOf(slow);
      expect(await outcome(check)).toBe('ok');
      const closed = once(slow, 'close');
      proxy.cut();
      await closed;
      expect(await outcome(check, 50)).toBe('timeout');
      const gone = keep(new Redis(server.url));
      await gone.ping();
      const ended = once(gone, 'end');
      gone.disconnect();
      await ended;
      expect(await outcome(checkOf(gone))).toBe('unavailable');
    });

    it('leaves no listener and no timer of ours, however often it is asked', async () => {
      const client = keep(new Redis(server.url));
      const check = checkOf(client);
      expect(await outcome(check)).toBe('ok');
      const listeners = () => client.eventNames().reduce((sum, name) => sum + client.listenerCount(name), 0);
      const before = [listeners(), await resources()];
      for (let run = 0; run < 100; run += 1) expect(await outcome(check)).toBe('ok');
      expect([listeners(), await resources()]).toEqual(before);
    });
  });

  describe('that cannot be asked', () => {
    const states: Record<string, (client: Redis6) => Promise<RedisClient & Redis6>> = {
      'listens to channels': async (client) => {
        await client.subscribe('news');
        return client;
      },
      'listens to patterns': async (client) => {
        await client.psubscribe('*');
        return client;
      },
      monitors: async (client) => keep(await client.monitor()),
      'waits for a list': async (client) => {
        await client.ping();
        client.blpop('nothing', 0).catch(() => {});
        return client;
      },
      'waits for a stream': async (client) => {
        await client.ping();
        client.xread('BLOCK', 0, 'STREAMS', 'nothing', '$').catch(() => {});
        return client;
      },
    };

    it.each(Object.keys(states))('as it %s is checked on one connection beside it', async (state) => {
      const client = (await states[state]?.(keep(new Redis(server.url, { protocol: 2 })))) as Redis6;
      for (const writable of [false, true]) {
        const before = (await others()).length;
        const check = checkOf(client, { writable, escalateAfter: '1ms' });
        for (let run = 0; run < 5; run += 1) expect(await outcome(check, 500)).toBe('ok');
        expect((await others()).length).toBe(before + 1);
        await check.checker.close?.();
        await until(async () => (await others()).length === before);
      }
    });

    it('is, or is not, by the protocol that it speaks', async () => {
      const client = keep(new Redis(server.url));
      await client.subscribe('news');
      const check = checkOf(client, { escalateAfter: '1ms' });
      for (let run = 0; run < 3; run += 1) expect(await outcome(check, 500)).toBe('ok');
      expect(client.mode).toBe(Redis === Redis6 ? 'normal' : 'subscriber');
    });

    it('says how the server is, and is never wedged for that', async () => {
      const own = await startRedis();
      const client = keep(new Redis(own.url));
      await client.ping();
      client.blpop('nothing', 0).catch(() => {});
      const check = checkOf(client, { escalateAfter: '1ms' });
      expect(await outcome(check)).toBe('ok');
      own.freeze();
      for (let run = 0; run < 3; run += 1) expect(await outcome(check, 30)).toBe('timeout');
      own.thaw();
      expect(await outcome(check)).toBe('ok');
      await own.dispose();
    });

    it('is asked itself once it can be', async () => {
      const client = keep(new Redis(server.url));
      await client.subscribe('news');
      const check = checkOf(client);
      expect(await outcome(check)).toBe('ok');
      await client.unsubscribe('news');
      expect(await outcome(check)).toBe('ok');
      const own = (await others()).find((line) => line.includes(`addr=127.0.0.1:${portOf(client)} `));
      expect(own).toContain('cmd=ping');
    });
  });
});
