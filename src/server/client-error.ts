import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { isOver, type Reply, send, wire } from '../probes/reply.ts';
import { closeGracefully } from './graceful-close.ts';

/** What the parser gave up on, or did not get in time. Everything else is an error of the connection itself. */
const isRefusable = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT';

/**
 * Ends a connection on which the parser gave up. One request gets one answer:
 * - that of an earlier message may still be on its way, and nothing comes before or into it;
 * - a message whose answer was given gets no second one;
 * - any other one is refused.
 *
 * @param latest the response to the latest message that Node made a request of
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
  if (latest !== undefined && !isOver(latest)) return void endWith(socket, latest, refuse);
  closeGracefully(socket, socket.writable ? wire(refuse(), [], false) : '');
}

/** Lets a response be the last one of its connection. */
function endWith(socket: Socket, latest: ServerResponse, refuse: () => Reply): void {
  latest.shouldKeepAlive = false;
  if (latest.req.complete) return void latest.once('close', () => closeGracefully(socket));
  // In its turn, and not at all where an earlier answer is the last one.
  if (!latest.headersSent) send(latest, refuse());
  if (socket.readableEnded) latest.end();
  else socket.once('end', () => latest.end());
}
