import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { channelOf, exchange, keysOf, leave, listReplicas, type SentChange } from '../../src/fleet/script.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type Chance, createChance } from './chance.ts';
import { createStore } from './redis.ts';

let server: RedisServer;
let clients: Redis[];
beforeAll(async () => {
  server = await startRedis();
  clients = [new Redis(server.url), new Redis(server.url)];
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await server.dispose();
});

const name = 'shop';
const keys = keysOf(name);
const replicas = ['one:1', 'two:2'];

/** What a replica may send, sensible or not; what is over is so long before anybody looks. */
function anyChanges(chance: Chance): SentChange[] {
  return Array.from({ length: chance.whole(0, 3) }, () => ({
    check: chance.pick(['database', 'cache', 'queue']),
    seq: chance.whole(0, 12),
    state: chance.pick(['known', 'known', 'new', 'late'] as const),
    left: chance.isLikely(0.2) ? -1_000 : 60_000,
    text: `{"id":"${chance.whole(1, 1e6)}"}`,
  }));
}

/** An answer without the moments in it, which differ. */
function timeless(script: string, answer: unknown): unknown {
  if (script === leave) return answer;
  if (script === listReplicas) return (answer as string[][]).map(([replica, , text]) => [replica, text]).sort();
  const [, all] = answer as [string, string[]];
  const entries = all.flatMap((check, index) => (index % 2 ? [] : [[check, JSON.parse(all[index + 1] as string)]]));
  return Object.fromEntries(entries.map(([check, { seq, text }]) => [check, [seq, text]]));
}

it('the Redis of the simulation answers as a real one does, and publishes when that does', async () => {
  const [client, subscriber] = clients as [Redis, Redis];
  const chance = createChance(1);
  const store = createStore(() => Date.now());
  const published: Record<'real' | 'simulated', number[]> = { real: [], simulated: [] };
  let step = 0;
  subscriber.on('message', () => published.real.push(step));
  await subscriber.subscribe(channelOf(name));
  for (; step < 1_000; step += 1) {
    const script = chance.pick([exchange, exchange, exchange, exchange, listReplicas, leave]);
    const replica = chance.pick(replicas);
    const args = {
      [exchange]: [JSON.stringify(anyChanges(chance)), channelOf(name), replica, `{"step":${step}}`],
      [listReplicas]: [],
      [leave]: [replica],
    }[script] as string[];
    const used = script === exchange ? keys : [keys[2]];
    const real = await client.eval(script, used.length, ...used, ...args);
    const simulated = store.run(script, args, () => published.simulated.push(step));
    expect(timeless(script, simulated), `step ${step}: ${args}`).toEqual(timeless(script, real));
    if (chance.isLikely(0.01)) {
      await client.flushall();
      store.wipe();
    }
  }
  // What was published before this answer has arrived before it.
  await subscriber.ping();
  expect(published.simulated).toHaveLength(published.real.length);
  expect(published.real.length).toBeGreaterThan(100);
});
