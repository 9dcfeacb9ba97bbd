import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConformingAnswer } from '../../src/contract/answer.ts';
import { builtinContract } from '../../src/contract/builtin.ts';
import type { PreparedReplies } from '../../src/probes/prepared.ts';
import { replyOf } from '../../src/probes/reply.ts';
import type { ProbeReply } from '../../src/probes/request-counts.ts';
import { answerRequests, createProbeServer, createRefuse } from '../../src/server/server.ts';

const probeReply = (answer: ConformingAnswer): ProbeReply => ({ ...replyOf(answer), counter: 0 });
const table = new Map([
  ['/health', probeReply({ status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"status":"up"}' })],
  ['/internal/alive', probeReply({ status: 204, headers: { 'Cache-Control': 'no-store' } })],
]);
const found: string[] = [];
const replies: PreparedReplies = {
  get(path) {
    found.push(path);
    return table.get(path);
  },
  update() {},
};
/** Answers late, so that what follows on the same connection overtakes it if it can. */
const application: RequestListener = (request, response) => {
  const answer = () => setImmediate(() => response.end(`${request.method} ${request.url}`));
  if (request.method === 'POST') request.resume().on('end', answer);
  else answer();
};
/** Counts for one server. */
function counter(): { requests: number; count(): void } {
  const self = {
    requests: 0,
    count() {
      self.requests += 1;
    },
  };
  return self;
}
const requestCounts = counter();
const options = { replies, requestCounts, refuse: createRefuse(builtinContract(false)), application };

const subject = createProbeServer(options);
const reference = createServer(
  { requireHostHeader: false, optimizeEmptyRequests: true },
  answerRequests({ ...options, requestCounts: counter() }, { remember() {} }),
);
reference.on('clientError', (_, socket) => socket.destroy());
Object.assign(reference, { httpAllowHalfOpen: true });
subject.removeAllListeners('clientError').on('clientError', (_, socket) => socket.destroy());
const arrivals = new Map<Server, Socket[]>();

beforeAll(async () => {
  for (const server of [subject, reference]) {
    arrivals.set(server, []);
    server.on('connection', (socket) => {
      arrivals.get(server)?.push(socket);
      // The kernel gives the port of a client that is gone to another one.
      socket.once('close', () =>
        arrivals.set(
          server,
          (arrivals.get(server) ?? []).filter((one) => one !== socket),
        ),
      );
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
});
afterAll(() => {
  for (const server of [subject, reference]) server.close().closeAllConnections();
});

const health = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n';

interface Conversation {
  send(piece: string): Promise<void>;
  /** Everything that came back, when the connection has ended. */
  end(): Promise<string>;
  received(): string;
  readonly socket: Socket;
}

async function converse(server: Server): Promise<Conversation> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => {});
  while (!arrivals.get(server)?.some(({ remotePort }) => remotePort === socket.localPort)) await turn();
  const other = arrivals.get(server)?.find(({ remotePort }) => remotePort === socket.localPort) as Socket;
  let sent = 0;
  return {
    socket,
    received: () => received,
    async send(piece) {
      if (socket.destroyed || other.destroyed) return;
      socket.write(piece, 'latin1');
      sent += piece.length;
      while (other.bytesRead < sent && !other.destroyed) await turn();
      await turn();
      await turn();
    },
    async end() {
      socket.end();
      if (!socket.closed) await once(socket, 'close');
      return received.replaceAll(/Date: [^\r]*\r\n/g, '');
    },
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const message = fc.oneof(
  { weight: 6, arbitrary: fc.constant(health) },
  { weight: 2, arbitrary: fc.constant('HEAD /health HTTP/1.1\r\nHost: a\r\n\r\n') },
  fc.constantFrom(
    'GET /internal/alive HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /health?x=1 HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n',
    'GET /other HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody',
    'GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody',
    'GET /health HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
    'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    'GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    'GET /health HTTP/2.0\r\nHost: a\r\n\r\n',
    'GET http:// HTTP/1.1\r\nHost: a\r\n\r\n',
    'nonsense\r\n\r\n',
    '\r\n',
  ),
);

/** A conversation in pieces: messages whole, glued together, or cut in two. */
const pieces = fc
  .array(fc.record({ message, how: fc.constantFrom('whole', 'whole', 'whole', 'glued', 'cut'), at: fc.nat(60) }), {
    minLength: 1,
    maxLength: 9,
  })
  .map((messages) => {
    const result: string[] = [];
    let glue = '';
    for (const { message, how, at } of messages) {
      const text = glue + message;
      glue = '';
      if (how === 'glued') glue = text;
      else if (how === 'cut') result.push(...[text.slice(0, at), text.slice(at)].filter((piece) => piece !== ''));
      else result.push(text);
    }
    return glue === '' ? result : [...result, glue];
  });

describe('a probe server that remembers', () => {
  it('answers every conversation byte by byte as the parser alone does', {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (conversation) => {
        const answers = await Promise.all(
          [subject, reference].map(async (server) => {
            const client = await converse(server);
            for (const piece of conversation) await client.send(piece);
            return client.end();
          }),
        );
        expect(answers[0]).toBe(answers[1]);
      }),
      { numRuns: 400 },
    );
  });

  it('answers from memory what it has seen, with what the state is now', async () => {
    const client = await converse(subject);
    await client.send(health);
    const before = table.get('/health') as NonNullable<ReturnType<typeof table.get>>;
    table.set('/health', probeReply({ status: 503, headers: {}, body: 'down' }));
    await client.send(health);
    table.set('/health', before);
    expect((await client.end()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 503']);
  });

  it('counts what it answers from memory as what the parser has seen', async () => {
    const client = await converse(subject);
    const before = requestCounts.requests;
    const head = health.replace('GET', 'HEAD');
    for (const piece of [health, health, health, head, head, health]) await client.send(piece);
    expect((await client.end()).match(/HTTP\/1\.1 200 OK/g)).toHaveLength(6);
    expect(requestCounts.requests - before).toBe(6);
  });

  it('leaves a client that does not read to the parser, which stops reading', async () => {
    const client = await converse(subject);
    client.socket.pause();
    const socket = arrivals.get(subject)?.find(({ remotePort }) => remotePort === client.socket.localPort) as Socket;
    let sent = 0;
    // Kernel buffers hold a few megabytes of answers; the service's own memory must not hold the rest.
    while (socket.writableLength === 0 && sent < 200_000) {
      for (let index = 0; index < 100; index += 1) client.socket.write(health);
      sent += 100;
      await turn();
    }
    for (let index = 0; index < 2_000; index += 1) {
      client.socket.write(health);
      if (index % 10 === 0) await turn();
    }
    expect(socket.writableLength).toBeLessThan(200_000);
    client.socket.destroy();
  });
});

describe.concurrent('a connection that is answered from memory', () => {
  it('outlives the limits for a single message, and is idle for the shutdown', { timeout: 30_000 }, async () => {
    const server = createProbeServer(options);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    arrivals.set(server, []);
    server.on('connection', (socket) => arrivals.get(server)?.push(socket));
    const client = await converse(server);
    const until = performance.now() + server.headersTimeout + 3_000;
    let asked = 0;
    while (performance.now() < until) {
      await client.send(health);
      asked += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(client.received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(asked);
    const closed = Promise.all([once(client.socket, 'close'), once(server, 'close')]);
    server.close();
    server.closeIdleConnections();
    await closed;
  });

  it('is closed after the keep-alive time-out, as any', { timeout: 30_000 }, async () => {
    const server = createProbeServer(options);
    server.keepAliveTimeout = 500;
    await once(server.listen(0, '127.0.0.1'), 'listening');
    arrivals.set(server, []);
    server.on('connection', (socket) => arrivals.get(server)?.push(socket));
    const client = await converse(server);
    for (let index = 0; index < 5; index += 1) {
      await client.send(health);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(client.socket.destroyed).toBe(false);
    await once(client.socket, 'close');
    expect(client.received().match(/HTTP\/1\.1 200 OK/g)).toHaveLength(5);
    server.close();
  });
});
