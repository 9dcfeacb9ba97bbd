import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createReader } from './reader.ts';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  /** How many connections are open at a time. */
  readonly connections: number;
  /** Whether a connection carries one request alone. */
  readonly oneRequestEach?: boolean;
  /** No request begins later than this… */
  readonly ms: number;
  /** …nor after so many. */
  readonly requests: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly ms: number;
}

/** An answer that takes longer than this ends the bench. */
const patienceMs = 10_000;

/** Sends the same request again and again over loopback; each connection waits for an answer before it asks again. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const { port, path, oneRequestEach = false } = options;
  const request = Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUser-Agent: bench\r\nAccept: */*\r\n` +
      `${oneRequestEach ? 'Connection: close\r\n' : ''}\r\n`,
  );
  const begin = performance.now();
  const deadline = begin + options.ms;
  let begun = 0;
  let answered = 0;
  const mayBegin = (): boolean => begun < options.requests && performance.now() < deadline;
  const send = (socket: Socket): void => {
    begun += 1;
    socket.write(request);
  };

  const oneByOne = async (): Promise<void> => {
    while (mayBegin()) {
      const socket = open(port);
      const closed = once(socket, 'close');
      socket.on(
        'data',
        createReader(() => {
          answered += 1;
        }),
      );
      send(socket);
      await closed;
    }
  };
  const keepAlive = async (): Promise<void> => {
    const socket = open(port);
    const closed = once(socket, 'close');
    socket.on(
      'data',
      createReader(() => {
        answered += 1;
        if (mayBegin()) send(socket);
        else socket.end();
      }),
    );
    send(socket);
    await closed;
  };

  await Promise.all(Array.from({ length: options.connections }, oneRequestEach ? oneByOne : keepAlive));
  if (answered !== begun) throw new Error(`${path}: ${begun} requests were sent, and ${answered} answered`);
  return { requests: answered, ms: performance.now() - begin };
}

function open(port: number): Socket {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  return socket.setTimeout(patienceMs, () => socket.destroy(new Error('No answer')));
}
