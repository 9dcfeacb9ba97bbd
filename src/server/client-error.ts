import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { lingerMs, type Reply, wire } from './reply.ts';

/** What the parser gave up on, or did not get in time. Everything else is an error of the connection itself. */
const isRefusable = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';

/**
 * Ends a connection on which the parser gave up. One request gets one answer:
 * - that of an earlier message may still be on its way, and nothing comes before or into it;
 * - a message whose answer was given gets no second one;
 * - any other one is refused.
 *
 * @param latest the response to the last message that came to be a request
 */
export function answerClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  latest: ServerResponse | undefined,
  refuse: () => Reply,
): void {
  if (!isRefusable(error)) return void socket.destroy();
  // The first error decides. What comes now is read, so that the connection isn't reset over it, and thrown away.
  if (socket.listenerCount('data') === 0) return;
  socket.removeAllListeners('data').resume();
  const isUnderWay = latest !== undefined && !latest.writableFinished;
  if (!isUnderWay || !(latest.headersSent || latest.req.complete)) {
    closeGently(socket, wire(refuse(), [], false));
  } else if (latest.req.complete) {
    latest.shouldKeepAlive = false;
    latest.once('close', () => closeGently(socket, nothing));
  } else {
    closeGently(socket, nothing);
  }
}

const nothing = Buffer.alloc(0);

/** Says the last word, and gives the other side time to read it. */
function closeGently(socket: Socket, bytes: Buffer): void {
  socket.end(bytes);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
