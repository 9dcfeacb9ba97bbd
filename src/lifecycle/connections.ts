import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One server on its way out, with what is open on it. */
export interface ManagedServer {
  /** From now on every answer carries `Connection: close`, those under way included as far as they can. */
  announce(): void;
  /** Stops accepting, closes what is idle, ends what never ends by itself, and waits for the rest. */
  close(): Promise<void>;
  /** What is still open, in words for people. */
  open(): string[];
}

/** A WebSocket's "going away" (RFC 6455, 7.4.1): clients that know it connect again, elsewhere. */
const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/** How long the other side of a stream gets to go. */
const streamGraceMs = 1_000;

/**
 * Why not http-terminator: it decides by the private `socket._httpMessage`, waits by polling, takes a WebSocket for an
 * idle connection and destroys it, cuts event streams at its time-out, and brings ten packages. What Node's own
 * `closeIdleConnections` lacks is little: answers that say `Connection: close`, and streams that are told apart.
 */
export function manageServer(server: Server): ManagedServer {
  const underWay = new Map<ServerResponse, IncomingMessage>();
  const upgraded = new Map<Socket, IncomingMessage>();
  let isClosing = false;

  server.prependListener('request', (request, response) => {
    underWay.set(response, request);
    response.once('close', () => underWay.delete(response));
    if (isClosing) response.shouldKeepAlive = false;
  });
  server.on('upgrade', (request, stream) => {
    const socket = stream as Socket;
    upgraded.set(socket, request);
    socket.once('close', () => upgraded.delete(socket));
  });

  const isStream = (response: ServerResponse): boolean =>
    response.headersSent &&
    /^text\/event-stream/i.test(String(response.getHeader('content-type') ?? headerOf(response)));
  const endStreams = (): void => {
    for (const response of underWay.keys()) if (isStream(response)) endStream(response);
    for (const [socket, request] of upgraded) endUpgraded(socket, request);
  };

  return {
    announce() {
      isClosing = true;
      for (const response of underWay.keys()) if (!response.headersSent) response.shouldKeepAlive = false;
    },
    async close() {
      isClosing = true;
      // One turn more: what has arrived already is read, and what knocks is let in.
      await new Promise((resolve) => setImmediate(resolve));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      endStreams();
      await closed;
      await allGone(upgraded);
    },
    open: () => [
      ...[...underWay.values()].map(({ method, url = '' }) => `${method} ${url.split('?', 1)[0]}`),
      ...[...upgraded.values()].map(({ headers }) => `${headers.upgrade} connection`),
    ],
  };
}

/** Headers that were given to `writeHead` as a list are known to nobody but the message itself. */
const headerOf = (response: ServerResponse): string =>
  /^content-type: *(.+?)\r$/im.exec((response as { _header?: string })._header ?? '')?.[1] ?? '';

/** An event stream ends between two events, and its client connects again, elsewhere. */
function endStream(response: ServerResponse): void {
  response.end();
  destroyLater(response.socket);
}

function endUpgraded(socket: Socket, { headers }: IncomingMessage): void {
  socket.end(headers.upgrade?.toLowerCase() === 'websocket' ? goingAway : '');
  destroyLater(socket);
}

const destroyLater = (socket: Socket | null): void => void setTimeout(() => socket?.destroy(), streamGraceMs).unref();

/** An upgraded connection is no longer the server's, which does not wait for it. */
async function allGone(sockets: ReadonlyMap<Socket, unknown>): Promise<void> {
  await Promise.all([...sockets.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
}
