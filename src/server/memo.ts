import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Reply, wire } from '../probes/reply.ts';
import type { ProbeReply, RequestCounts } from '../probes/request-counts.ts';
import { feeder, type Parse } from './feed.ts';

/**
 * Probers send the same bytes over and over. What Node's parser has once taken for a whole request on a connection is
 * answered from memory when the same bytes come again on that connection: for less than half of what parsing costs.
 *
 * It is as safe as the parser, as it never judges a message by itself:
 * - the first message of a connection, and each one that differs by a byte from the one before, goes to the parser;
 * - only a message that came in one piece, alone, without a body, and was answered at once is remembered;
 * - a connection that has ever carried anything else is left to the parser for good, so nothing can be under way that
 *   an answer from memory could overtake.
 *
 * Time-outs, limits, keep-alive and shutdown stay Node's own: between two messages its parser is idle, and so it is
 * while the memory answers.
 */
export interface Memo {
  /** Tells that a request for a path was answered at once with the reply that `find` gives for it. */
  remember(request: IncomingMessage, response: ServerResponse, path: string): void;
}

/** The state of a connection that has carried nothing but whole messages so far. */
interface ConnectionState {
  /** What came last and went to the parser. */
  latest: Buffer;
  /** What `known` is answered with; nothing before a message was remembered. */
  path?: string;
  /** What the request says of media types. */
  accept: string | undefined;
  isHead: boolean;
}

/**
 * @param find the reply for a path, and what is accepted, at this moment; nothing when requests are to go to the parser
 * @param isIdle whether every message that the parser has seen was answered
 */
export function memoise(
  server: Server,
  find: (path: string, accept: string | undefined) => ProbeReply | undefined,
  requestCounts: Pick<RequestCounts, 'count'>,
  isIdle: (socket: Socket) => boolean,
): Memo {
  const connections = new WeakMap<Socket, ConnectionState>();
  const bytesOf = createWire(server);

  server.on('connection', (socket: Socket) => {
    const [parse] = socket.listeners('data') as [Parse];
    const feed = feeder(socket, parse, () => isIdle(socket));
    const connection: ConnectionState = { latest: empty, accept: undefined, isHead: false };
    connections.set(socket, connection);

    const take = (chunk: Buffer): void => {
      const reply = isKnown(chunk) ? find(connection.path as string, connection.accept) : undefined;
      if (reply !== undefined) {
        requestCounts.count(reply);
        socket.write(bytesOf(reply, connection.isHead));
        return;
      }
      connection.latest = chunk;
      delete connection.path;
      feed(chunk);
      if (connection.path === undefined) release();
    };
    /** While an earlier answer is still on its way, the parser takes over: it knows when to stop reading. */
    const isKnown = (chunk: Buffer): boolean =>
      connection.path !== undefined && socket.writableLength === 0 && chunk.equals(connection.latest);
    /** Leaves the connection to the parser. */
    const release = (): void => {
      connections.delete(socket);
      connection.latest = empty;
    };
    socket.off('data', parse).on('data', take);
  });
  // What follows is no HTTP, and Node has given the parser to another connection.
  server.on('connect', (_, socket) => socket.removeAllListeners('data').resume());

  return {
    remember(request, response, path) {
      const connection = connections.get(request.socket);
      if (connection === undefined || !isWhole(connection.latest)) return;
      if (!response.shouldKeepAlive || request.httpVersion !== '1.1' || hasBody(request)) return;
      connection.path = path;
      connection.accept = request.headers.accept;
      connection.isHead = request.method === 'HEAD';
    },
  };
}

const empty = Buffer.alloc(0);

/** Whether a chunk ends with its first blank line. */
const isWhole = (chunk: Buffer): boolean => chunk.indexOf('\r\n\r\n') === chunk.length - 4;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;

/** The bytes that Node itself would write, made once a second, as the Date header wants it. */
function createWire(server: Server): (reply: Reply, isHead: boolean) => Buffer {
  const made = { get: new WeakMap<Reply, Buffer>(), head: new WeakMap<Reply, Buffer>() };
  let second = 0;
  return (reply, isHead) => {
    const now = Math.floor(Date.now() / 1_000);
    if (now !== second) {
      second = now;
      made.get = new WeakMap();
      made.head = new WeakMap();
    }
    const cache = isHead ? made.head : made.get;
    const known = cache.get(reply);
    if (known !== undefined) return known;
    const date = new Date(second * 1_000).toUTCString();
    const keepAlive = `timeout=${Math.floor(server.keepAliveTimeout / 1_000)}`;
    const bytes = wire(reply, ['Date', date, 'Connection', 'keep-alive', 'Keep-Alive', keepAlive], isHead);
    cache.set(reply, bytes);
    return bytes;
  };
}
