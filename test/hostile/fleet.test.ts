import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Change } from '../../src/faults/control.ts';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { keysOf } from '../../src/fleet/script.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type LogLine, recordingLog } from '../support.ts';
import { hold, holding, seed } from './seeds.ts';

/** A member of a fleet, and what was made on it last, by check. */
interface Member {
  readonly fleet: Fleet;
  readonly by: Map<string, string | undefined>;
  readonly lines: readonly LogLine[];
}

const keys = keysOf('shop');
const [faults, sequence, replicas] = keys;
let redis: RedisServer;
let poisoner: Redis;
let one: Member;
let other: Member;
let port = 1;

async function join(): Promise<Member> {
  const by = new Map<string, string | undefined>();
  const { log, lines } = recordingLog();
  const fleet = createFleet({
    redis: redis.url,
    name: 'shop',
    apply: (change) => void by.set(change.check, change.by),
    isChange: ({ fault, by }: Change) => typeof by === 'string' && fault?.kind === 'outage',
    isReady: () => true,
    log,
  });
  fleet.join(port++);
  await until(() => fleet.isReachable());
  return { fleet, by, lines };
}

/** Looks until it is so; the time-out of the test is the limit. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 2));
}

const write = ({ fleet }: Member, check: string, by: string): Promise<boolean> =>
  fleet.write([{ check, by, fault: { kind: 'outage', ttlSeconds: 600 } }]);

beforeAll(async () => {
  redis = await startRedis();
  poisoner = new Redis(redis.port, '127.0.0.1');
  [one, other] = [await join(), await join()];
});
afterAll(async () => {
  await Promise.all([one.fleet.stop(), other.fleet.stop()]);
  poisoner.disconnect();
  await redis.dispose();
});

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.json({ maxDepth: 2 }),
  fc.constantFrom('', 'NaN', 'null', '[]', '{}', '[[[[', `${'['.repeat(5_000)}`, '0x10', '1e999', 'x'.repeat(100_000)),
);
const isWrong = fc.constantFrom('2^53', 'NaN', -1, 1e308, 7.5, null, 'soon', [], {}, true, Number.MAX_SAFE_INTEGER);
const textOfNoChange = fc.oneof(
  anything.filter((text) => !text.includes('"id"')),
  fc.constantFrom('{"id":5}', '{"id":NaN}', '{"id":"x","fault":0x10}', '"id"', '[{"id":"x"}]'),
);
/** What looks like a change, up to one part of it. */
const nearly = fc.oneof(
  fc.record({ seq: isWrong, until: fc.constant(1e15), text: fc.constant('{"id":"x"}') }, { requiredKeys: [] }),
  fc.record({ seq: fc.constant(7), until: isWrong, text: fc.constant('{"id":"x"}') }, { requiredKeys: [] }),
  fc.record({ seq: fc.nat(), until: fc.nat(100_000).map((left) => Date.now() + left), text: isWrong }),
  // With a place that was not given yet.
  fc.record({
    seq: fc.nat(60_000).map((ahead) => Date.now() + ahead),
    until: fc.constant(Date.now() + 600_000),
    text: textOfNoChange,
  }),
);
const stored = fc.oneof(
  anything,
  nearly.map((entry) => JSON.stringify(entry)),
  fc.constant('{"seq":9007199254740993,"until":NaN}'),
);
const field = fc.oneof(
  fc.constantFrom('database', 'cache', '__proto__', 'constructor', 'x y', ''),
  fc.string({ maxLength: 80 }),
);
/** Commands that somebody else gives. */
type Commands = readonly (readonly string[])[];
const otherType = (key: string): fc.Arbitrary<Commands> =>
  fc
    .oneof(
      anything.map((text) => ['SET', key, text]),
      fc.constantFrom(['LPUSH', key, 'a'], ['SADD', key, 'a'], ['ZADD', key, '1', 'a'], ['XADD', key, '*', 'a', 'b']),
    )
    .map((command) => [['UNLINK', key], command]);
const sequences = fc.constantFrom('9007199254740993', 'inf', 'nan', '-5', '1e300', '0x7fffffffffff');
const announced = fc.oneof(
  anything,
  anything.map((text) => `${Date.now()} ${text}`),
  fc.constantFrom(`${'9'.repeat(400)} {}`, `${Date.now()} {"ready":true,"ageMs":1e999}`, '1 {"ready":true,"ageMs":1}'),
);
const poison: fc.Arbitrary<Commands> = fc.oneof(
  fc.tuple(field, stored).map(([name, text]) => [['HSET', faults, name, text]]),
  fc.oneof(anything, sequences).map((text) => [['SET', sequence, text]]),
  fc
    .tuple(fc.oneof(field, fc.constantFrom('host:1', 'a\u202eb:2')), announced)
    .map(([name, text]) => [['HSET', replicas, name, text]]),
  fc.constantFrom(faults, replicas).chain(otherType),
  fc.constantFrom<Commands>(
    [
      ['UNLINK', sequence],
      ['HSET', sequence, 'a', 'b'],
    ],
    [['UNLINK', ...keys]],
  ),
);
const poisons = fc.array(poison, { minLength: 1, maxLength: 5 }).map((all) => all.flat());

async function put(commands: Commands): Promise<void> {
  // A hash that has become a string by the one before takes no field.
  for (const [name = '', ...args] of commands) await poisoner.call(name, ...args).catch(() => {});
}

let round = 0;

test(`whatever is in Redis, every write reaches every replica (SEED=${seed})`, holding, async () => {
  await hold(
    400,
    fc.asyncProperty(poisons, async (commands) => {
      const by = `a${round++}`;
      await put(commands);
      expect(await write(one, 'database', by)).toBe(true);
      await until(() => other.by.get('database') === by);
      expect(one.by.get('database')).toBe(by);
      await until(async () => (await other.fleet.replicas())?.length === 2);
      expect([one, other].map(({ fleet }) => fleet.isReachable())).toEqual([true, true]);
    }),
  );
});

test('what the replicas know takes the place of it, without a write', holding, async () => {
  await write(one, 'database', 'ann');
  await write(other, 'cache', 'bob');
  await until(() => one.by.get('cache') === 'bob' && other.by.get('database') === 'ann');
  await hold(
    200,
    fc.asyncProperty(poisons, async (commands) => {
      await put(commands);
      const late = await join();
      await until(() => {
        for (const { fleet } of [one, other, late]) fleet.tell();
        return late.by.get('database') === 'ann' && late.by.get('cache') === 'bob';
      });
      await until(async () => (await late.fleet.replicas())?.length === 3);
      expect([...one.by]).toEqual([...other.by]);
      await late.fleet.stop();
    }),
  );
});

test('the log says so once, and has said nothing else', () => {
  const said = [one, other].flatMap(({ lines }) => lines.filter(({ message }) => message !== 'fleet reached'));
  expect(said.length).toBeGreaterThan(0);
  for (const { lines } of [one, other]) {
    const removals = lines.filter(({ message }) => message.includes('removed'));
    expect(removals.length).toBeLessThanOrEqual(2);
  }
  expect([...new Set(said.map(({ message }) => message))]).toEqual([
    'what no replica writes was removed from the fleet, for what the replicas know',
  ]);
});
