import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  channelOf,
  exchange,
  type Heard,
  keysOf,
  leave,
  listReplicas,
  type SentChange,
} from '../../src/fleet/script.ts';
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

const dayMs = 86_400_000;

/** What a replica may send, sensible or not, of what Redis has or of what it cannot have. */
function anyChanges(chance: Chance, stored: readonly number[]): SentChange[] {
  const checks = ['database', 'cache', 'queue'].filter(() => chance.isLikely(0.4));
  return checks.map((check) => ({
    check,
    seq: chance.pick([chance.whole(0, 12), Date.now() + 2 * dayMs, ...stored, ...stored.map((seq) => seq + 1)]),
    state: chance.pick(['known', 'known', 'new', 'late', 'refused'] as const),
    left: chance.isLikely(0.2) ? -1_000 : 60_000,
    text: `{"id":"${chance.whole(1, 1e6)}"}`,
  }));
}

/** An answer in an order of its own, and that of `listReplicas` without the moments in it. */
function compared(script: string, answer: unknown): unknown {
  if (script === listReplicas) return (answer as string[][]).map(([replica, , text]) => [replica, text]).sort();
  if (script === leave) return answer;
  const [found, removed] = answer as Heard;
  return [[...found].sort(), removed];
}

it('the Redis of the simulation answers as a real one does, and publishes when that does', async () => {
  const [client, subscriber] = clients as [Redis, Redis];
  const chance = createChance(1);
  let now = 0;
  const store = createStore(() => now);
  const published: Record<'real' | 'simulated', number[]> = { real: [], simulated: [] };
  let stored: number[] = [];
  let step = 0;
  subscriber.on('message', () => published.real.push(step));
  await subscriber.subscribe(channelOf(name));
  for (; step < 1_000; step += 1) {
    const script = chance.pick([exchange, exchange, exchange, exchange, listReplicas, leave]);
    const replica = chance.pick(replicas);
    const args = {
      [exchange]: [JSON.stringify(anyChanges(chance, stored)), channelOf(name), replica, `{"step":${step}}`],
      [listReplicas]: [],
      [leave]: [replica],
    }[script] as string[];
    const used = script === exchange ? keys : [keys[2]];
    const real = await client.eval(script, used.length, ...used, ...args);
    if (script === exchange) {
      // The moment at which the real one did it.
      now = Number.parseInt((await client.hget(keys[2], replica)) as string, 10);
      stored = (real as Heard)[0].map(([, seq]) => Number(seq));
    }
    const simulated = store.run(script, args, () => published.simulated.push(step));
    expect(compared(script, simulated), `step ${step}: ${args}`).toEqual(compared(script, real));
    if (!chance.isLikely(0.01)) continue;
    await client.flushall();
    store.wipe();
  }
  // What was published before this answer has arrived before it.
  await subscriber.ping();
  expect(published.simulated).toHaveLength(published.real.length);
  expect(published.real.length).toBeGreaterThan(100);
});
