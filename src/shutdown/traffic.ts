import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { ignoreErrors } from '../server/graceful-close.ts';
import { alongside } from './alongside.ts';
import { ofHandedOver, ofRequest, ofStream, type UnderWay } from './under-way.ts';

/** A server of HTTP, over TLS or not. */
export type HttpServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/** What is open on a server. */
export interface Traffic {
  readonly underWay: ReadonlySet<UnderWay>;
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  /** Those in the handshake of TLS as well. */
  readonly sockets: ReadonlySet<Socket>;
  /** Takes what listens to the server off again. */
  release(): void;
}

/**
 * Watches what is open on a server from now on, and changes nothing of what the server does: whatever a request is handed
 * over by counts only where the application takes it.
 */
export function watchTraffic(server: HttpServer, onUnderWay: (work: UnderWay) => void): Traffic {
  const emitter: EventEmitter = server;
  const underWay = new Set<UnderWay>();
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();

  const begin = (work: UnderWay, ends: EventEmitter): void => {
    keepUntilClose(underWay, work, ends);
    onUnderWay(work);
  };
  const onConnection = (socket: Socket): void => keepUntilClose(sockets, socket, socket);
  const onSession = (session: ServerHttp2Session): void => {
    keepUntilClose(sessions, session, session);
    session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
      begin(ofStream(stream, headers), stream),
    );
  };
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // One of HTTP/2 is known by its stream.
    if (request.httpVersionMajor < 2) begin(ofRequest(request, response), response);
  };
  const onHandedOver = (request: IncomingMessage, socket: Duplex): void => {
    ignoreErrors(socket);
    begin(ofHandedOver(socket, request), socket);
  };

  emitter.on('connection', onConnection).on('session', onSession);
  const ends = [
    ...['request', 'checkContinue', 'checkExpectation'].map((event) => alongside(server, event, onRequest)),
    ...['upgrade', 'connect'].map((event) => alongside(server, event, onHandedOver)),
  ];
  return {
    underWay,
    sessions,
    sockets,
    release() {
      emitter.off('connection', onConnection).off('session', onSession);
      for (const end of ends) end();
    },
  };
}

function keepUntilClose<Value>(values: Set<Value>, value: Value, emitter: EventEmitter): void {
  values.add(value);
  emitter.once('close', () => values.delete(value));
}
