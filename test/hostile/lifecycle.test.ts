import { type EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProbity, type Probity } from '../../src/index.ts';
import { hold, holding } from './seeds.ts';

/** Longer than every bound of an end, on a machine that has much to do. */
const longestStopMs = 10_000;

const workers = new Set<Worker>();
const note = (worker: Worker): void => {
  workers.add(worker);
  worker.once('exit', () => workers.delete(worker));
};
beforeAll(() => void process.on('worker', note));
afterAll(() => void process.off('worker', note));

/** One life: the service, a server of an application's that it manages, and clients that say what they please. */
interface Life {
  readonly probity: Probity;
  readonly application: Server;
  readonly ports: Set<number>;
  readonly clients: Set<Socket>;
  readonly pending: Promise<unknown>[];
}

const host = '127.0.0.1';
const settled = (work: Promise<unknown>): Promise<unknown> => work.catch((error: Error) => error);

function listen({ probity, ports, pending }: Life, isolate: boolean): void {
  const listening = probity.listen(0, { host, isolate }).then(({ port }) => {
    ports.add(port);
    const other = probity.management();
    if (other) ports.add(other.port);
  });
  pending.push(settled(listening));
}

/** To every port that is known by now. */
function say({ ports, clients }: Life, bytes: string): void {
  for (const port of ports) {
    const socket = connect(port, host, () => socket.write(bytes));
    socket.on('error', () => {}).on('close', () => clients.delete(socket));
    clients.add(socket);
  }
}

const actions: Readonly<Record<string, (life: Life) => unknown>> = {
  start: ({ probity }) => probity.start(),
  started: ({ probity }) => probity.started(),
  fail: ({ probity }) => probity.fail('at random'),
  drain: ({ probity }) => probity.drain(),
  listen: (life) => listen(life, false),
  isolate: (life) => listen(life, true),
  'a worker dies': () => [...workers].at(-1)?.terminate(),
  'a silent client': (life) => say(life, ''),
  'half a request': (life) => say(life, 'GET /health HTTP/1.1\r\nHo'),
  'half a body': (life) => say(life, 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{'),
  'a request': (life) => say(life, 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n'),
  'an upgrade': (life) => say(life, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'),
  'a tunnel': (life) => say(life, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'),
  'a reset': ({ clients }) => [...clients].at(-1)?.resetAndDestroy(),
  'a moment': () => new Promise((resolve) => setTimeout(resolve, 20)),
  shutdown: ({ probity, pending }) => void pending.push(settled(probity.shutdown())),
  stop: ({ probity, pending }) => void pending.push(settled(probity.stop())),
};

const listenersOf = (emitter: EventEmitter): Record<string, number> =>
  Object.fromEntries(emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)]));

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

async function inTime(work: Promise<unknown>, what: string): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`Expected an end of ${what}`)), longestStopMs);
  await Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

/** Goes through a life, and holds what must be true at its end. */
async function live(names: readonly string[], hasManagement: boolean): Promise<void> {
  const ofProcess = listenersOf(process);
  const application = createServer((_, response) => response.end('answer'));
  await once(application.listen(0, host), 'listening');
  const ofServer = listenersOf(application);
  const probity = createProbity({
    checks: { database: async () => {} },
    shutdown: { drainDelay: '20ms', deadline: '9s' },
    ...(hasManagement ? { management: { port: 0 } } : {}),
  });
  const life: Life = { probity, application, ports: new Set(), clients: new Set(), pending: [] };
  probity.manage(application);
  life.ports.add((application.address() as AddressInfo).port);
  for (const name of names) await actions[name]?.(life);

  const clients = [...life.clients];
  await inTime(probity.stop(), 'stop()');
  await inTime(Promise.all(life.pending), 'what was begun');
  life.ports.delete((application.address() as AddressInfo | null)?.port ?? 0);
  for (const port of life.ports) expect([port, await isOpen(port)]).toEqual([port, false]);
  expect(workers.size).toBe(0);
  expect(listenersOf(process)).toEqual(ofProcess);
  expect(listenersOf(application)).toEqual(ofServer);
  for (const client of clients) client.destroy();
  application.close();
  application.closeAllConnections();
}

it('comes to an end from wherever it is: nothing open, nothing left on what was borrowed', holding, async () => {
  const life = fc.array(fc.constantFrom(...Object.keys(actions)), { minLength: 1, maxLength: 14 });
  await hold(
    40,
    fc.asyncProperty(life, fc.boolean(), (names, hasManagement) => live(names, hasManagement)),
  );
});
