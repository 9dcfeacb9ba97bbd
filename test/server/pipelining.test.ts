import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { builtinContract } from '../../src/contract/builtin.ts';
import { replyOf, send } from '../../src/probes/reply.ts';
import { createHandler } from '../../src/server/embedded.ts';
import { createProbeServer, createRefuse, type ProbeServerOptions } from '../../src/server/server.ts';

const contract = builtinContract(false);
const page = replyOf({ status: 200, headers: { 'Content-Type': 'text/html' }, body: 'x'.repeat(2_000_000) });
const notFound = replyOf({ status: 404, headers: {}, body: 'nothing here' });
const alive = { ...replyOf({ status: 200, headers: {}, body: '{"status":"up"}' }), counter: 0 };

/** Answers as long after a request as the event loop takes, and knows how many it is at. */
function application(): { listener: RequestListener; underWay: number; most: number; taken: number } {
  const self = { listener, underWay: 0, most: 0, taken: 0 };
  function listener(...[{ url }, response]: Parameters<RequestListener>): void {
    self.taken += 1;
    self.underWay += 1;
    self.most = Math.max(self.most, self.underWay);
    response.once('close', () => {
      self.underWay -= 1;
    });
    setImmediate(() => send(response, url === '/checks' ? page : notFound));
  }
  return self;
}

const optionsOf = (listener: RequestListener): ProbeServerOptions => ({
  replies: { get: (path) => (path === '/health' ? alive : undefined), update() {} },
  requestCounts: { count() {} },
  refuse: createRefuse(contract),
  application: listener,
});
const embeddedIn = (listener: RequestListener): ReturnType<typeof createHandler> =>
  createHandler({ ...optionsOf(listener), contract, atRoot: [], onUse() {}, notFound: () => notFound });

/** The two ways in which requests arrive: through a connection of ours, and through one of an application's server. */
const kinds: [string, (listener: RequestListener) => Server][] = [
  ['a server of ours', (listener) => createProbeServer(optionsOf(listener))],
  ["an application's server", (listener) => createServer(embeddedIn(listener))],
  [
    "an application's server, behind other handlers",
    (listener) => {
      const handler = embeddedIn(listener);
      return createServer((request, response) => handler(request, response, () => response.end('mine')));
    },
  ],
];

const open: (Server | Socket)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    if ('destroy' in one) one.destroy();
    else one.close().closeAllConnections();
  }
});

/** A client, and the server's end of its connection. */
async function converse(server: Server): Promise<{ client: Socket; socket: Socket }> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  open.push(client, server);
  return { client, socket: (await accepted)[0] };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

/** Until the server has come to a stand: nothing was read or begun for many turns of the event loop. */
async function stillness(socket: Socket, self: { taken: number }): Promise<void> {
  let before = '';
  for (let turns = 0; turns < 200; turns += 1) {
    const now = `${socket.bytesRead} ${self.taken}`;
    if (now !== before) turns = 0;
    before = now;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe.each(kinds)('on %s', (_, create) => {
  it('a client that never reads has one page under way, and the rest of what it asks is not read', async () => {
    const self = application();
    const server = create(self.listener);
    const { client, socket } = await converse(server);
    client.pause();
    client.write(get('/checks').repeat(100_000));
    await stillness(socket, self);
    expect(self.most).toBe(1);
    // What the kernel's buffers hold is written; the rest of one page is in this process.
    expect(self.taken).toBeLessThan(10);
    expect(socket.writableLength).toBeLessThan(2 * page.body.length);
    expect(socket.bytesRead).toBeLessThan(300_000);
  });

  it('a thousand requests in one piece are answered one after the other, in their order', async () => {
    const self = application();
    const { client } = await converse(create(self.listener));
    const paths = Array.from({ length: 1_000 }, (_, index) => (index % 3 === 0 ? '/health' : '/checks/x'));
    client.write(paths.map(get).join(''));
    let received = '';
    client.on('data', (data) => {
      received += data;
    });
    while ((received.match(/HTTP\/1\.1/g) ?? []).length < paths.length) await once(client, 'data');
    const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
    expect(statuses).toEqual(paths.map((path) => (path === '/health' ? 200 : 404)));
    expect(self.most).toBe(1);
  });

  it('a body that follows a request is read, and so is what follows that', async () => {
    const bodies: string[] = [];
    const listener: RequestListener = async (request, response) => {
      bodies.push(Buffer.concat(await request.toArray()).toString());
      response.end();
    };
    const { client } = await converse(create(listener));
    const put = (body: string): string =>
      `POST /checks HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const sent = Array.from({ length: 300 }, (_, index) => `${index}\r\n\r\n`.repeat(index));
    client.write(sent.map(put).join(''));
    let answers = 0;
    while (answers < sent.length) {
      const [data] = (await once(client, 'data')) as [Buffer];
      answers += data.toString().match(/HTTP\/1\.1 200/g)?.length ?? 0;
    }
    expect(bodies).toEqual(sent);
  });
});

describe('an answer that is always the same', () => {
  it('is written from one buffer, however many read it slowly', async () => {
    const server = createProbeServer(optionsOf((_, response) => send(response, page)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    open.push(server);
    const before = process.memoryUsage().arrayBuffers;
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    for (let index = 0; index < 50; index += 1) {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
      client.on('error', () => {});
      client.write(get('/checks'));
      open.push(client);
    }
    // Where a page is larger than the kernel's buffers, the rest of it is waiting here.
    while (sockets.filter(({ bytesWritten }) => bytesWritten > page.body.length).length < 50)
      await new Promise((resolve) => setImmediate(resolve));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * page.body.length);
  });
});

describe('a client that takes no answer', () => {
  it('is left after ten seconds in which nothing moves', async () => {
    const server = createProbeServer(optionsOf((_, response) => send(response, page)));
    expect(server.timeout).toBeGreaterThan(0);
    expect(server.timeout).toBeLessThan(10_000);
    server.timeout = 200;
    const { client, socket } = await converse(server);
    client.pause().write(get('/docs').repeat(3));
    await once(socket, 'close');
  });

  it.each(kinds)('is left after half a minute, though it goes on sending: %s', async (_, create) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const self = application();
    const { client, socket } = await converse(create(self.listener));
    client.pause().write(get('/checks').repeat(3));
    await stillness(socket, self);
    client.write('\r\n');
    const closed = once(socket, 'close');
    vi.advanceTimersByTime(31_000);
    vi.useRealTimers();
    await closed;
  });
});
