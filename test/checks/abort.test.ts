import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../../src/checks/http/http.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import type { Checker } from '../../src/health/checker.ts';
import { broken } from '../hostile/damage.ts';
import { type HostileProxy, startHostileProxy } from '../hostile/hostile-proxy.ts';
import { type Kind, kinds, type Subject } from '../hostile/subjects.ts';
import { startProxy } from '../servers/proxy.ts';
import { startUnaccepting } from '../servers/unaccepting.ts';
import { createChance } from '../simulation/chance.ts';
import { answering, changed, outcome, resources, until } from './support.ts';

/** Far less than any deadline, and more than a turn of the event loop takes on a machine that has much to do. */
const atOnceMs = 1_500;

const reason = new Error('Stopping');

/** Begins a run, lets it come to its stage, and aborts it there. Gives what it has settled with, at once. */
async function aborted(checker: Checker, reached: () => Promise<unknown>): Promise<unknown> {
  const controller = new AbortController();
  const run = checker.check(controller.signal).then(
    () => 'passed',
    (error: unknown) => error,
  );
  await reached();
  const from = performance.now();
  controller.abort(reason);
  const settled = await run;
  expect(performance.now() - from).toBeLessThan(atOnceMs);
  return settled;
}

/** Where in what the server says the conversation stops, for the stages that come before the question. */
const stages: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  postgres: { 'a peer that never answers': 0, 'half an answer': 5, 'the login': 24 },
  redis: { 'a peer that never answers, to the login': 0, 'half an answer': 2, 'the login done': 5 },
  rabbitmq: { 'a peer that never answers': 0, 'half an answer': 5, 'the login': 511, 'half of the last word': 540 },
  http: { 'a peer that never answers': 0, 'half a status': 10, 'half a body': 150 },
};

/** Over TLS, with a peer that takes the first word and says no more. */
const overTls: Readonly<Record<string, (port: number) => Checker>> = {
  postgres: (port) => postgres(`postgres://a:b@127.0.0.1:${port}/`, { tls: {} }).checker,
  redis: (port) => redis(`rediss://127.0.0.1:${port}`).checker,
  rabbitmq: (port) => rabbitmq(`amqps://127.0.0.1:${port}`).checker,
  http: (port) => http(`https://127.0.0.1:${port}`).checker,
};

let unaccepting: Awaited<ReturnType<typeof startUnaccepting>>;
beforeAll(async () => {
  unaccepting = await startUnaccepting();
});
afterAll(() => unaccepting.dispose());

describe.each(Object.entries(kinds))('%s settles at once when it is aborted', (name, kind: Kind) => {
  let server: Awaited<ReturnType<Kind['start']>>;
  beforeAll(async () => {
    server = await kind.start();
    await outcome(kind.own(server.url)); // Loads the driver.
  });
  afterAll(() => server.dispose());

  const silent = (at: number): Promise<HostileProxy> =>
    startHostileProxy(server.port, { damage: broken.silence as () => () => void, at, chance: createChance(0) });

  it('before it connects', async () => {
    const proxy = await startProxy(server.port);
    const { checker } = kind.own(proxy.through(server.url));
    await expect(checker.check(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(proxy.connections()).toBe(0);
    expect(await outcome({ checker })).toBe('ok');
    await checker.close?.();
    await proxy.dispose();
  });

  it('while it connects to a peer that never accepts', async () => {
    const { checker } = kind.own(changed(server.url, { port: String(unaccepting.port) }));
    const before = await resources();
    expect(await aborted(checker, resources)).toBe(reason);
    expect(await resources()).toEqual(before);
    await checker.close?.();
  });

  it('while it greets a peer over TLS', async () => {
    const peer = await answering(name === 'postgres' ? 'S' : '');
    const checker = (overTls[name] as (port: number) => Checker)(peer.port);
    const before = await resources();
    expect(await aborted(checker, () => until(async () => (await resources()).files > before.files + 1))).toBe(reason);
    await until(async () => (await resources()).files <= before.files);
    await peer.dispose();
  });

  it.each(Object.entries(stages[name] as object))('at %s', async (_, at: number) => {
    const proxy = await silent(at);
    const { checker } = kind.own(proxy.through(server.url));
    expect(await aborted(checker, () => proxy.damaged)).toBe(reason);
    await until(() => proxy.connections() === 0);
    proxy.turnGood();
    expect(await outcome({ checker })).toBe('ok');
    await checker.close?.();
    await proxy.dispose();
  });

  it('while it waits for the answer to its question', async () => {
    const proxy = await startProxy(server.port);
    const { checker } = kind.own(proxy.through(server.url));
    expect(await outcome({ checker })).toBe('ok');
    proxy.blackHole();
    expect(await aborted(checker, resources)).toBe(reason);
    await until(() => proxy.connections() === 0);
    proxy.pass();
    expect(await outcome({ checker })).toBe('ok');
    await checker.close?.();
    await proxy.dispose();
  });

  it('after the answer, which is nothing', async () => {
    const proxy = await startProxy(server.port);
    const { checker } = kind.own(proxy.through(server.url));
    const controller = new AbortController();
    await checker.check(controller.signal);
    const standing = name === 'http' ? 0 : 1;
    await until(() => proxy.connections() === standing);
    controller.abort(reason);
    await resources();
    expect(proxy.connections()).toBe(standing);
    expect(await outcome({ checker })).toBe('ok');
    await checker.close?.();
    await proxy.dispose();
  });

  const { borrowed } = kind;
  if (borrowed === undefined) return;

  async function expectBack({ checker, end }: Subject, proxy: { cut(): void; dispose(): Promise<void> }) {
    proxy.cut();
    await until(async () => (await outcome({ checker })) === 'ok');
    await checker.close?.();
    await end();
    await proxy.dispose();
  }

  it.each(Object.entries(stages[name] as object))('while the client of the application is at %s', async (_, at) => {
    const proxy = await silent(at);
    const subject = borrowed(proxy.through(server.url));
    // Of a client that is on its way, the run may say that there is none.
    expect(await aborted(subject.checker, () => proxy.damaged)).toBeInstanceOf(Error);
    proxy.turnGood();
    await expectBack(subject, proxy);
  });

  it('while the client of the application waits for an answer, which is not given up', async () => {
    const proxy = await startProxy(server.port);
    const subject = borrowed(proxy.through(server.url));
    await until(async () => (await outcome(subject)) === 'ok');
    proxy.blackHole();
    expect(await aborted(subject.checker, () => resources())).toBe(reason);
    if (name !== 'postgres') expect(proxy.connections()).toBe(1);
    proxy.pass();
    await expectBack(subject, proxy);
  });
});

it('waits for no slot of a pool that has none, and heeds its signal while another one comes about', async () => {
  const kind = kinds.postgres as Kind;
  const server = await kind.start();
  const proxy = await startProxy(server.port);
  const pool = new pg.Pool({ connectionString: proxy.through(server.url), max: 2 }).on('error', () => {});
  const { checker } = postgres(pool);
  const lent = await pool.connect();
  proxy.blackHole();
  expect(await aborted(checker, () => until(() => pool.totalCount === 2))).toBe(reason);
  expect(pool.waitingCount).toBe(0);
  expect(await outcome({ checker })).toBe('pool_saturated');
  lent.release();
  proxy.pass();
  proxy.cut();
  await until(async () => (await outcome({ checker })) === 'ok');
  await pool.end();
  await proxy.dispose();
  await server.dispose();
});
