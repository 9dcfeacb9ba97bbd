import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2Session, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { closeGracefully, destroyLater, goingAway } from '../server/graceful-close.ts';

/** Something that a server has been asked for and has not ended. */
export interface UnderWay {
  /** In words for people, without what may be secret. */
  readonly label: string;
  /** Lets the answer ask its client to connect anew, if that can still be said. */
  announce(): void;
  /** Whether it has no end of its own: an event stream, a WebSocket, a tunnel. */
  isEndless(): boolean;
  /** Ends what is endless; its client connects again, elsewhere. */
  end(): void;
  /** How much has come from its client, while the rest of the request is what is waited for; nothing otherwise. */
  awaited(): number | undefined;
  destroy(): void;
}

const isEventStream = (type: unknown): boolean => /^text\/event-stream/i.test(String(type));
const isWebSocket = (protocol: unknown): boolean => String(protocol).toLowerCase() === 'websocket';
const withoutQuery = (url = ''): string => url.split('?', 1)[0] as string;

/** A request of HTTP/1 with its answer. */
export function ofRequest(request: IncomingMessage, response: ServerResponse): UnderWay {
  const { socket } = request;
  return {
    label: `${request.method} ${withoutQuery(request.url)}`,
    announce() {
      if (!response.headersSent) response.shouldKeepAlive = false;
    },
    isEndless: () => response.headersSent && isEventStream(response.getHeader('content-type') ?? writtenType(response)),
    end() {
      response.end();
      destroyLater(socket);
    },
    awaited() {
      // What the application has not read yet is not what is waited for.
      const isAwaited = !request.complete && request.readableLength === 0 && !response.headersSent;
      return isAwaited && request.headers.expect === undefined ? socket.bytesRead : undefined;
    },
    destroy: () => socket.destroy(),
  };
}

/** Headers that were given to `writeHead` as a list are known to nobody but the message itself. */
const writtenType = (response: ServerResponse): string =>
  /^content-type: *(.+?)\r$/im.exec((response as { _header?: string })._header ?? '')?.[1] ?? '';

/** `http2.constants.NGHTTP2_STREAM_STATE_OPEN`: neither side has ended; the module is not loaded for a number. */
const open = 2;

/** What is on its way to this process is still taken (RFC 9113, 6.8). */
const lastStream = 2 ** 31 - 1;

/** Asks the client of a session to use another one from now on. */
export function sendAway(session: Http2Session | undefined): void {
  if (session !== undefined && !session.closed && !session.destroyed) session.goaway(0, lastStream);
}

/** A stream of HTTP/2: a request, or what was made of one (RFC 8441). */
export function ofStream(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): UnderWay {
  const isTunnel = headers[':method'] === 'CONNECT';
  return {
    label: `${headers[':method']} ${withoutQuery(headers[':path'] ?? headers[':authority'])}`,
    announce: () => sendAway(stream.session),
    isEndless: () => stream.headersSent && (isTunnel || isEventStream(stream.sentHeaders?.['content-type'])),
    end: () => closeGracefully(stream, isWebSocket(headers[':protocol']) ? goingAway : ''),
    awaited() {
      const isAwaited = stream.state.state === open && stream.readableLength === 0 && !stream.headersSent;
      return isAwaited ? stream.session?.socket.bytesRead : undefined;
    },
    destroy: () => stream.destroy(),
  };
}

/** A connection that is the application's own since it took an upgrade or a tunnel. */
export function ofHandedOver(socket: Duplex, { method, headers, url }: IncomingMessage): UnderWay {
  return {
    label: method === 'CONNECT' ? `CONNECT ${url}` : `${headers.upgrade} connection`,
    announce() {},
    isEndless: () => true,
    end: () => closeGracefully(socket, isWebSocket(headers.upgrade) ? goingAway : ''),
    awaited: () => undefined,
    destroy: () => void socket.destroy(),
  };
}
