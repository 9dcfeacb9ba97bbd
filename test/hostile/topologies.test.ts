import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { Redis as Redis5 } from 'ioredis5';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Reason } from '../../generated/contract/types.gen.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import { createFleet } from '../../src/fleet/fleet.ts';
import type { Checker } from '../../src/health/checker.ts';
import { outcome, resources, until } from '../checks/support.ts';
import { certificate } from '../servers/http.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { startRedisCluster, startSentinel } from '../servers/redis-topologies.ts';
import { recordingLog } from '../support.ts';
import { escapes } from './escapes.ts';
import { type Liar, type Lie, lies, startLiar } from './liar.ts';
import { ordeal } from './ordeal.ts';
import { subjectOf } from './subjects.ts';

vi.setConfig({ testTimeout: 120_000 });

let single: RedisServer;
let cluster: RedisServer;
let sentinel: { url: string; dispose(): Promise<void> };
beforeAll(async () => {
  [single, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  sentinel = await startSentinel(single);
});
afterAll(() => Promise.all([sentinel, single, cluster].map((server) => server.dispose())));

/** Where the lies are told, and the URL by which one comes there. */
interface Front extends Pick<Liar, 'damaged' | 'lie' | 'told' | 'turnGood' | 'cut' | 'dispose'> {
  readonly url: string;
}

async function atCluster(): Promise<Front> {
  const liar = await startLiar(cluster.port, { from: cluster.port });
  return { ...liar, url: `redis+cluster://127.0.0.1:${liar.port}` };
}

/** In front of a sentinel and of its master. */
async function atSentinel(who: 'sentinel' | 'master'): Promise<Front> {
  const master = await startLiar(single.port, { from: single.port });
  const first = await startLiar(Number(new URL(sentinel.url).port), { from: single.port, to: master.port });
  const both = [master, first];
  return {
    ...(who === 'sentinel' ? first : master),
    url: `redis+sentinel://127.0.0.1:${first.port}/main`,
    cut: () => both.forEach((liar) => void liar.cut()),
    dispose: async () => void (await Promise.all(both.map((liar) => liar.dispose()))),
  };
}

const liars: readonly (readonly [who: string, about: RegExp, start: () => Promise<Front>])[] = [
  ['a sentinel, of where the master is', /get-master/i, () => atSentinel('sentinel')],
  ['the master, of whatever it is asked', /ping|info|eval/i, () => atSentinel('master')],
  ['the master, of news', /subscribe/i, () => atSentinel('master')],
  ['a seed, of the slots', /slots/i, atCluster],
  ['a node, of how it is', /info/i, atCluster],
  ['a node, of whatever it is asked', /setrange|eval/i, atCluster],
  ['a node, of news', /subscribe/i, atCluster],
];

let caught: ReturnType<typeof escapes>;
let before: Awaited<ReturnType<typeof resources>>;
beforeEach(async () => {
  before = await resources();
  caught = escapes();
});
afterEach(() => void caught.end());

/** Each lie of one who tells it, side by side; says what went wrong with which. */
async function everyLie(
  [_, about, start]: (typeof liars)[number],
  hear: (front: Front, lie: () => void) => Promise<string[]>,
): Promise<void> {
  const wrong = await Promise.all(
    Object.entries(lies).map(async ([what, lie]) => {
      const front = await start();
      const found = await hear(front, () => front.lie(about, lie));
      await front.dispose();
      return found.map((line) => `${what}: ${line}`);
    }),
  );
  expect([...caught.end(), ...wrong.flat()]).toEqual([]);
  await until(async () => (await resources()).files <= before.files);
}

describe.each([5, 6])('of ioredis %i', (version) => {
  beforeAll(async () => {
    if (version === 5) vi.doMock('ioredis', () => import('ioredis5'));
    else vi.doUnmock('ioredis');
    expect((await import('ioredis')).Redis === (Redis5 as unknown)).toBe(version === 5);
  });

  it.each(liars.filter(([who]) => !who.endsWith('news')))('a check survives %s', (...liar) =>
    everyLie(liar, async (front, lie) => {
      const { checker } = redis(front.url, { writable: /setrange/.test(liar[1].source) });
      const said = new Set<Reason>();
      const check = (signal: AbortSignal): Promise<unknown> =>
        checker.check(signal).catch((error: unknown) => {
          said.add(checker.explain(error));
          throw error;
        });
      lie();
      const wrong = await ordeal(subjectOf({ checker: { ...checker, check } }), front, true);
      return said.size > 0 ? wrong : [...wrong, 'no run has failed'];
    }),
  );

  it.each(liars)('a fleet survives %s', (...liar) =>
    everyLie(liar, async (front, lie) => {
      const { log } = recordingLog();
      const fleet = createFleet({
        ...{ redis: front.url, name: front.url, log },
        ...{ apply() {}, isChange: () => true, isReady: () => true },
      });
      fleet.join(1);
      await until(() => fleet.isReachable());
      lie();
      front.cut();
      await until(() => !fleet.isReachable());
      await until(() => front.told() > 1);
      front.turnGood();
      front.cut();
      await until(() => fleet.write([{ check: 'database', fault: { kind: 'outage' }, by: 'ann' }]));
      await fleet.stop();
      return [];
    }),
  );

  it.each(liars.filter(([who]) => /the slots|the master is/.test(who)))(
    'the canary of a client survives %s',
    (...liar) =>
      everyLie(liar, async (front, lie) => {
        const { Redis, Cluster } = await import('ioredis');
        const [, port] = front.url.match(/:(\d+)/) as unknown as [string, string];
        const node = { host: '127.0.0.1', port: Number(port) };
        const client = front.url.includes('cluster')
          ? new Cluster([node])
          : new Redis({ sentinels: [node], name: 'main' });
        const check = redis(client as never);
        const fresh = () =>
          outcome({ checker: { ...check.checker, check: check.checker.fresh as Checker['check'] } }, 500);
        await until(async () => (await outcome(check)) === 'ok');
        await until(async () => (await fresh()) === 'ok');
        lie();
        const meanwhile = await fresh();
        front.turnGood();
        await until(async () => (await fresh()) === 'ok');
        await check.checker.close?.();
        client.disconnect();
        return meanwhile === 'ok' ? ['the canary has passed'] : [];
      }),
  );

  it.each(['rediss+sentinel', 'rediss+cluster'])('a check survives them all over TLS, as %s', async (scheme) => {
    const { cert, key } = await certificate('localhost');
    const survive = async ([what, lie]: [string, Lie]): Promise<string[]> => {
      let told = 0;
      let hear = new AbortController();
      const server = createServer({ cert, key }, (socket) => {
        socket.on('error', () => {});
        socket.on('data', () => {
          told += 1;
          lie(socket, () => {});
          const heard = hear;
          setTimeout(() => heard.abort(), 100);
        });
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const { port } = server.address() as AddressInfo;
      const path = scheme.endsWith('sentinel') ? '/main' : '';
      const check = redis(`${scheme}://127.0.0.1:${port}${path}`, { tls: { ca: cert, servername: 'localhost' } });
      const run = async (): Promise<Reason | 'ok'> => {
        hear = new AbortController();
        return outcome(check, AbortSignal.any([hear.signal, AbortSignal.timeout(10_000)]));
      };
      const said = [await run(), await run()];
      await check.checker.close?.();
      server.close();
      return said.includes('ok') || told < 2 ? [`${what}: ${said} after ${told} lies`] : [];
    };
    const wrong = await Promise.all(Object.entries(lies).map(survive));
    expect([...caught.end(), ...wrong.flat()]).toEqual([]);
    await until(async () => (await resources()).files <= before.files);
  });
});
