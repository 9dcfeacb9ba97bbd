import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createFleet, type Fleet } from '../../src/fleet/fleet.ts';
import { escapes } from '../hostile/escapes.ts';
import { type RedisServer, startRedis } from '../servers/redis.ts';
import { type LogLine, recordingLog } from '../support.ts';

/** What takes the place of an answer, or of news. */
type Speak = (client: Socket, data: Buffer) => void;

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.dispose());

/** In front of the real Redis; says something else while `speak` is set, to everybody who asks, or at once. */
interface Mouth {
  readonly url: string;
  speak: Speak | undefined;
  sayNow(bytes: string): void;
  dispose(): Promise<void>;
}

async function startMouth(): Promise<Mouth> {
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(redis.port, '127.0.0.1');
    clients.add(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      one.on('error', () => {}).on('close', () => other.destroy());
    client.on('close', () => clients.delete(client));
    client.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => (mouth.speak ?? ((to, all) => void to.write(all)))(client, data));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const mouth: Mouth = {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    speak: undefined,
    sayNow(bytes) {
      for (const client of clients) client.write(bytes);
    },
    dispose() {
      for (const client of clients) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return mouth;
}

let mouth: Mouth;
let fleet: Fleet;
let lines: LogLine[];
let caught: ReturnType<typeof escapes>;
beforeEach(async () => {
  mouth = await startMouth();
  const recording = recordingLog();
  lines = recording.lines;
  const { log } = recording;
  fleet = createFleet({
    ...{ redis: mouth.url, name: 'shop', log },
    ...{ apply() {}, isChange: () => true, isReady: () => true },
  });
  fleet.join(1);
  caught = escapes();
  await until(() => fleet.isReachable());
});
afterEach(async () => {
  caught.end();
  await fleet.stop();
  await mouth.dispose();
});

/** Looks until it is so; the time-out of the test is the limit. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 2));
}

const write = (): Promise<boolean> => fleet.write([{ check: 'database', fault: { kind: 'outage' }, by: 'ann' }]);

const inPlace =
  (bytes: string): Speak =>
  (client) =>
    void client.write(bytes);

/** News of one part, of two, of none, of nothing; and answers that nobody asked for. */
const unasked = [
  ...['$-1\r\n', '*-1\r\n', '*0\r\n', '*1\r\n$-1\r\n', '*1\r\n$7\r\nmessage\r\n', '*2\r\n$7\r\nmessage\r\n$1\r\nx\r\n'],
  ...[
    '*3\r\n$7\r\nmessage\r\n$-1\r\n$1\r\nx\r\n',
    ':1\r\n',
    '+OK\r\n',
    '-ERR no\r\n',
    '$1\r\nx\r\n',
    '_\r\n',
    'HTTP/1.1 ',
  ],
  ...['>2\r\n$7\r\nmessage\r\n$-1\r\n', '*4\r\n$8\r\npmessage\r\n:1\r\n$-1\r\n$-1\r\n', `${'*1\r\n'.repeat(50)}`],
];

it.each(unasked)('survives %j that nobody has asked for, and is shared again', async (bytes) => {
  for (let round = 0; round < 3; round += 1) {
    mouth.sayNow(bytes);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await until(async () => fleet.isReachable() && (await write()));
  }
  expect(fleet.isShared('database')).toBe(true);
  expect(caught.end()).toEqual([]);
});

it.each<[string, Speak]>([
  ['nothing', inPlace('$-1\r\n')],
  ['a word', inPlace('+OK\r\n')],
  ['a number', inPlace(':1\r\n')],
  ['an array of nothing', inPlace('*2\r\n$-1\r\n:0\r\n')],
  ['an empty array', inPlace('*0\r\n')],
  ['rows that are too short', inPlace('*2\r\n*1\r\n*1\r\n$1\r\nx\r\n:0\r\n')],
  ['a place that is no number', inPlace('*2\r\n*1\r\n*4\r\n$1\r\nx\r\n$1\r\ny\r\n$1\r\n1\r\n$2\r\n{}\r\n:0\r\n')],
  ['rows that are strings', inPlace('*2\r\n$4\r\nrows\r\n:0\r\n')],
  ['a huge string', (client) => void (client.write('$99999999\r\n') && client.write(Buffer.alloc(20_000_000, 'x')))],
  ['a length without end', inPlace(`$${'9'.repeat(20_000)}`)],
  ['half an answer', (client, data) => void client.end(data.subarray(0, data.length / 2))],
  ['half an answer, and silence', (client, data) => void client.write(data.subarray(0, data.length / 2))],
  ['a reset', (client) => void client.resetAndDestroy()],
  ['everything twice', (client, data) => void client.write(Buffer.concat([data, data]))],
])('says that it is not shared while Redis answers %s, and comes back', async (what, speak) => {
  mouth.speak = speak;
  // What is said twice is an answer, and one too many.
  if (what !== 'everything twice') {
    await until(async () => !(await write()));
    expect(fleet.isReachable()).toBe(false);
    expect(fleet.isShared('database')).toBe(false);
    expect(await fleet.replicas()).toBeUndefined();
  } else await write();
  mouth.speak = undefined;
  await until(async () => fleet.isReachable() && (await write()));
  expect(fleet.isShared('database')).toBe(true);
  expect(await fleet.replicas()).toHaveLength(1);
  expect(caught.end()).toEqual([]);
  expect(lines.every(({ message }) => message.startsWith('fleet '))).toBe(true);
});
