import { EventEmitter } from 'node:events';
import amqp from 'amqplib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rabbitmq } from '../../../src/checks/rabbitmq/rabbitmq.ts';
import { startProxy, type TcpProxy } from '../../servers/proxy.ts';
import { type RabbitmqServer, startRabbitmq } from '../../servers/rabbitmq.ts';
import { outcome, resources, until } from '../support.ts';

let server: RabbitmqServer;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await startRabbitmq();
  proxy = await startProxy(server.port);
});
afterEach(() => {
  proxy.pass();
  proxy.cut();
});
afterAll(() => Promise.all([proxy.dispose(), server.dispose()]));

/** The connection of an application that makes a new one so long after it has lost the last. */
async function reconnecting(url: string, afterMs: number, whenLost: 'keeps it' | 'has none') {
  let [current, lost]: [amqp.ChannelModel | undefined, number] = [undefined, 0];
  const open = async (): Promise<void> => {
    const opened = await amqp.connect(url);
    current = opened;
    opened.on('error', () => {});
    opened.on('close', (error) => {
      lost += 1;
      if (whenLost === 'has none') current = undefined;
      if (error) setTimeout(() => void open().catch(() => {}), afterMs);
    });
  };
  await open();
  return { source: () => current, lost: () => lost, end: () => current?.close() };
}

describe('a connection that a function tells', () => {
  it.each(['keeps it', 'has none'] as const)(
    'is waited for while the application, which %s, reconnects',
    async (whenLost) => {
      const application = await reconnecting(proxy.through(server.url), 100, whenLost);
      const check = rabbitmq(application.source);
      expect(await outcome(check)).toBe('ok');
      for (let round = 1; round <= 3; round += 1) {
        proxy.cut();
        await until(() => application.lost() === round);
        expect(await outcome(check, 2_000)).toBe('ok');
      }
      await application.end();
    },
  );

  it('is asked again when it is lost while it is asked', async () => {
    const application = await reconnecting(proxy.through(server.url), 50, 'keeps it');
    const check = rabbitmq(application.source);
    expect(await outcome(check)).toBe('ok');
    proxy.blackHole();
    const run = outcome(check);
    await new Promise(setImmediate);
    proxy.pass();
    proxy.cut();
    expect(await run).toBe('ok');
    await application.end();
  });

  it('is given up at the deadline, and leaves nothing', async () => {
    const application = await reconnecting(proxy.through(server.url), 60_000, 'has none');
    const check = rabbitmq(application.source);
    expect(await outcome(check)).toBe('ok');
    proxy.cut();
    await until(() => application.lost() === 1 && proxy.connections() === 0);
    const before = await resources();
    for (let run = 0; run < 5; run += 1) {
      const from = performance.now();
      expect(await outcome(check, 50)).toBe('unavailable');
      expect(performance.now() - from).toBeLessThan(3_000);
    }
    await until(() => proxy.connections() === 0);
    expect(await resources()).toEqual(before);
  });

  it('is gone at once when nobody is where it led, or when the application has closed it', async () => {
    const own = await startProxy(server.port);
    const application = await reconnecting(own.through(server.url), 60_000, 'keeps it');
    const check = rabbitmq(application.source);
    expect(await outcome(check)).toBe('ok');
    await own.dispose();
    await until(() => application.lost() === 1);
    const from = performance.now();
    expect(await outcome(check)).toBe('refused');
    const closed = await reconnecting(server.url, 60_000, 'keeps it');
    const other = rabbitmq(closed.source);
    expect(await outcome(other)).toBe('ok');
    await closed.end();
    expect(await outcome(other)).toBe('unavailable');
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});

it('keeps nothing of 80,000 runs on a connection that stands', async () => {
  const channel = Object.assign(new EventEmitter(), { close: async () => {} });
  const connection = Object.assign(new EventEmitter(), { createChannel: async () => channel });
  const check = rabbitmq(connection);
  const heap = async (): Promise<number> => {
    for (let run = 0; run < 20_000; run += 1) {
      await check.checker.check(new AbortController().signal);
      channel.removeAllListeners();
    }
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  await heap();
  const before = await heap();
  for (let round = 0; round < 3; round += 1) await heap();
  expect((await heap()) - before).toBeLessThan(8e6);
});
