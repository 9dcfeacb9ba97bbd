import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { CheckFailure } from '../../health/checker.ts';
import { contain } from '../kit/socket.ts';
import { largestFrame } from './url.ts';

/** What a server says at its end: "NOT_ALLOWED - vhost shop not found". */
const reply = /\b[A-Z]{3,}_[A-Z_]+ - [\x20-\x7e\x80-\xff]*/;

/** Longer than any reply text of AMQP, which has a byte for its length. */
const longestReply = 300;

/**
 * What `connect` resolves to, over a socket that contains what amqplib throws in it.
 *
 * Of a server that closes the connection while it is opened, amqplib tells that it did, and not what it said: that is
 * read along, and becomes the message of the error. Of one that is gone it sometimes tells nothing.
 */
export async function opened<Value>(connect: () => PromiseLike<Value>): Promise<Value> {
  const { socket, connecting } = withSocket(connect);
  if (socket === undefined) return connecting;
  contain(socket, 'RabbitMQ');
  const reading = frameByFrame(socket);
  const gone = new Promise<never>((_, reject) => {
    socket.once('close', () => reject(socket.errored ?? new CheckFailure('unavailable', 'The connection was closed')));
  });
  try {
    return await Promise.race([connecting, gone]);
  } catch (error) {
    const said = /got <ConnectionClose/.test((error as Error).message) ? reply.exec(reading.last())?.[0] : undefined;
    throw said === undefined ? error : new Error(said, { cause: error });
  } finally {
    setImmediate(reading.end);
  }
}

/** Node tells of the socket on a channel of its own while `connect` runs, as amqplib shows it to nobody. */
function withSocket<Value>(connect: () => PromiseLike<Value>) {
  let socket: Socket | undefined;
  const take = (message: unknown): void => {
    ({ socket } = message as { socket: Socket });
  };
  subscribe('net.client.socket', take);
  try {
    const connecting = connect();
    return { connecting, socket };
  } finally {
    unsubscribe('net.client.socket', take);
  }
}

/** A type of one byte, a channel of two, four for the length of what follows, and one byte at the end. */
const [lengthAt, frameOverhead] = [3, 8];

/**
 * Hands out one frame a turn until the end. Once the connection is open, amqplib reads on before anybody has a chance to
 * listen for errors: one in the same packet would be thrown, and would leave the timers of its heartbeat behind.
 */
function frameByFrame(socket: Socket): { last(): string; end(): void } {
  const read: Socket['read'] = socket.read.bind(socket);
  let last = '';
  let pending: Buffer = Buffer.alloc(0);
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    if (pending.length > 0) socket.emit('readable');
  };

  socket.read = (size) => {
    const chunk: unknown = read(size);
    if (Buffer.isBuffer(chunk)) {
      last = (last + chunk.toString('latin1')).slice(-longestReply);
      pending = Buffer.concat([pending, chunk]);
    }
    const length = isHeld ? 0 : lengthOfFirst(pending);
    if (length === 0) return null;
    const frame = pending.subarray(0, length);
    pending = pending.subarray(length);
    isHeld = true;
    setImmediate(release);
    return frame;
  };

  return {
    last: () => last,
    end() {
      socket.read = read;
      if (pending.length > 0 && !socket.destroyed && !socket.readableEnded) socket.unshift(pending);
      pending = Buffer.alloc(0);
    },
  };
}

/** Of the first frame; 0 when it is not there as a whole, and all when it can be none, for amqplib to say so. */
function lengthOfFirst(bytes: Buffer): number {
  if (bytes.length < frameOverhead) return 0;
  const length = bytes.readUInt32BE(lengthAt) + frameOverhead;
  if (length > largestFrame) return bytes.length;
  return length <= bytes.length ? length : 0;
}
