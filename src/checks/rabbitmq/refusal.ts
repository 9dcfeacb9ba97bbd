import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** What a server says at its end: "NOT_ALLOWED - vhost shop not found". */
const reply = /\b[A-Z]{3,}_[A-Z_]+ - [\x20-\x7e\x80-\xff]*/;

/** Longer than any reply text of AMQP, which has a byte for its length. */
const longestReply = 300;

/**
 * What `connect` resolves to. Of a server that closes the connection while it is opened, amqplib tells that it did, and
 * not what it said: that is read along, and becomes the message of the error.
 *
 * Node tells of the socket on a channel of its own while `connect` runs, as amqplib shows it to nobody.
 */
export async function withRefusal<Value>(connect: () => PromiseLike<Value>): Promise<Value> {
  let last = '';
  const listen = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    const read: Socket['read'] = socket.read.bind(socket);
    socket.read = (size) => {
      const chunk: unknown = read(size);
      if (Buffer.isBuffer(chunk)) last = (last + chunk.toString('latin1')).slice(-longestReply);
      return chunk;
    };
    forget = () => {
      socket.read = read;
    };
  };
  let forget = (): void => {};
  subscribe('net.client.socket', listen);
  let connecting: PromiseLike<Value>;
  try {
    connecting = connect();
  } finally {
    unsubscribe('net.client.socket', listen);
  }
  try {
    return await connecting;
  } catch (error) {
    const said = /got <ConnectionClose/.test((error as Error).message) ? reply.exec(last)?.[0] : undefined;
    throw said === undefined ? error : new Error(said, { cause: error });
  } finally {
    forget();
  }
}
