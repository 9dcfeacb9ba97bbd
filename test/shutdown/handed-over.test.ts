import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createProbity, type Probity } from '../../src/index.ts';
import { rawRequest } from '../server/raw.ts';

const offers = {
  h2c: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n',
  websocket:
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n',
  'an unknown protocol': 'Connection: upgrade\r\nUpgrade: gopher/0\r\n',
};

/** The ports at which a probe is answered, by what listens there. */
const places = {
  plain: async (probity: Probity) => (await probity.listen(0, '127.0.0.1')).port,
  management: async (probity: Probity) => {
    await probity.listen(0, '127.0.0.1');
    return probity.management()?.port as number;
  },
  isolated: async (probity: Probity) => (await probity.listen(0, { host: '127.0.0.1', isolate: true })).port,
  'Express after manage()': async (probity: Probity) => {
    const application = express();
    application.use(probity.handler);
    const server = application.listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    probity.manage(server);
    return (server.address() as AddressInfo).port;
  },
};

const started: Probity[] = [];
afterEach(() => Promise.all(started.splice(0).map((probity) => probity.stop())));

function createdFor(place: string): Probity {
  const probity = createProbity(place === 'management' ? { management: { port: 0 } } : {});
  started.push(probity);
  return probity;
}

/** Sends bytes, and resets the connection when the other side has read them or answered. */
async function resetAfter(port: number, bytes: string, answered: boolean): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await once(socket, 'connect');
  await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  if (answered) await once(socket, 'data');
  socket.resetAndDestroy();
  await once(socket, 'close');
}

async function untilAnswered(port: number): Promise<number> {
  const { status } = await rawRequest(port, 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return status;
}

describe.each(Object.entries(places))('on a port that is %s', (place, listen) => {
  it.each(Object.entries(offers))('answers an offer of %s as if it had not been made', async (_, offer) => {
    const port = await listen(createdFor(place));
    const asked = `GET /health HTTP/1.1\r\nHost: a\r\n${offer}\r\n`;
    // The connection may serve on or be closed afterwards; it does not stay between the two.
    const answer = await rawRequest(port, asked.replace(/^Connection: /m, '$&close, '));
    expect([answer.status, answer.head]).toEqual([200, expect.not.stringMatching(/^upgrade:/im)]);
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.write(asked);
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });

  it('refuses or closes CONNECT, and leaves no connection half open', async () => {
    const port = await listen(createdFor(place));
    const answer = await rawRequest(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(answer.head.split('\r\n', 1)[0]).toBe(place.startsWith('Express') ? '' : 'HTTP/1.1 400 Bad Request');
  });

  it('survives a reset at any moment', async () => {
    const port = await listen(createdFor(place));
    const messages = [
      ...Object.values(offers).map((offer) => `GET /health HTTP/1.1\r\nHost: a\r\n${offer}\r\n`),
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\nbytes for the tunnel',
    ];
    for (const message of messages) {
      for (let end = 1; end <= message.length; end += 7) await resetAfter(port, message.slice(0, end), false);
      await resetAfter(port, message, false);
      if (!(message.startsWith('CONNECT') && place.startsWith('Express'))) await resetAfter(port, message, true);
      expect(await untilAnswered(port)).toBe(200);
    }
  });
});

/** A WebSocket application that does its own handshake, and sends each connection one frame. */
function acceptWebSockets(server: Server): { readonly sockets: Duplex[] } {
  const sockets: Duplex[] = [];
  const take = (incoming: IncomingMessage, socket: Duplex): void => {
    sockets.push(socket);
    const key = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    );
    socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]));
  };
  server.on('upgrade', take);
  return { sockets };
}

describe('on a server that was given to manage()', () => {
  async function managed(before: (server: Server) => void): Promise<{ server: Server; port: number }> {
    const server = createServer((_, response) => response.end('answer'));
    before(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const probity = createdFor('managed');
    probity.manage(server);
    return { server, port: (server.address() as AddressInfo).port };
  }

  const upgrade = `GET / HTTP/1.1\r\nHost: a\r\n${offers.websocket}\r\n`;

  it.each(['before', 'after'])('a WebSocket application gets its upgrades when it listens %s', async (when) => {
    const { server, port } = await managed((one) => void (when === 'before' && acceptWebSockets(one)));
    if (when === 'after') acceptWebSockets(server);
    const client = request({
      port,
      host: '127.0.0.1',
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': 13,
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      },
    }).end();
    const [response, socket, head] = await once(client, 'upgrade');
    expect(response.headers['sec-websocket-accept']).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    const frame = head.length > 0 ? head : (await once(socket, 'data'))[0];
    expect(frame).toEqual(Buffer.from([0x81, 0x02, 0x68, 0x69]));
    socket.destroy();
  });

  it('answers an offer once the application has stopped to listen for upgrades', async () => {
    const { server, port } = await managed((one) => void acceptWebSockets(one));
    server.removeListener('upgrade', server.listeners('upgrade').at(-1) as () => void);
    expect(server.listenerCount('upgrade')).toBe(0);
    const answer = await rawRequest(port, upgrade.replace('Connection: Upgrade', 'Connection: close, Upgrade'));
    expect([answer.status, answer.body]).toEqual([200, 'answer']);
  });

  it.each(['upgrade', 'connect'])('a reset of what it took by %s ends no process', async (event) => {
    const { server, port } = await managed(() => {});
    const taken: Promise<Socket> = new Promise((resolve) =>
      // An application that forgot about errors.
      server.on(event, (_, socket: Socket) => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.resume();
        resolve(socket);
      }),
    );
    const bytes = event === 'upgrade' ? upgrade : 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n';
    const reset = resetAfter(port, bytes, true);
    const socket = await taken;
    await new Promise((resolve) => socket.once('close', resolve));
    await reset;
    expect(socket.errored).toMatchObject({ code: 'ECONNRESET' });
  });

  it('has no listener of ours for what would change the default', async () => {
    const { server } = await managed(() => {});
    for (const event of ['upgrade', 'connect', 'checkContinue', 'checkExpectation', 'clientError'])
      expect([event, server.listenerCount(event)]).toEqual([event, 0]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an object', {}],
    ['an application', express()],
    ['a URL', 'http://127.0.0.1'],
    ['a server of TCP', createTcpServer()],
  ])('refuses %s', (_, given) => {
    const probity = createdFor('managed');
    expect(() => probity.manage(given as never)).toThrow(/^Expected `manage` to be given servers of HTTP.* got `\w+`$/);
  });
});
