import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { turn } from './conversation.ts';

/** What bare `node:http` makes of a stream of bytes. */
export interface Understanding {
  readonly requests: readonly IncomingMessage[];
  /** The error that its parser gave up with. */
  readonly error: string | undefined;
  /** Whether it has closed the connection, before the client has. */
  readonly closed: boolean;
  /** Whether the bytes end within a message: its parser gives up when the client has ended. */
  readonly isCut: boolean;
}

/** Bare `node:http`, which answers every request when it has come as a whole. */
export async function bareServer(): Promise<{
  understand(pieces: readonly string[]): Promise<Understanding>;
  server: Server;
}> {
  const seen = new WeakMap<Socket, { requests: IncomingMessage[]; error?: string | undefined }>();
  const server = createServer({ maxHeaderSize: 8_192, requireHostHeader: false });
  const take = (request: IncomingMessage): void => void seen.get(request.socket)?.requests.push(request);
  let accepted: (socket: Socket) => void = () => {};
  server.on('connection', (socket) => {
    seen.set(socket, { requests: [] });
    accepted(socket);
  });
  server.on('request', (request, response) => {
    take(request);
    answer(request, response);
  });
  server.on('checkExpectation', (request, response) => {
    take(request);
    answer(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    (seen.get(socket) as { error?: string | undefined }).error ??= error.code;
    socket.destroy();
  });
  server.on('connect', (_, stream) => {
    (seen.get(stream as Socket) as { error?: string | undefined }).error ??= 'CONNECT';
    stream.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');

  return {
    server,
    async understand(pieces) {
      const arrived = new Promise<Socket>((resolve) => {
        accepted = resolve;
      });
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
      const socket = await arrived;
      client.resume();
      const bytes = Buffer.from(pieces.join(''), 'latin1');
      client.write(bytes);
      while (socket.bytesRead < bytes.length && !socket.destroyed) await turn();
      for (let turns = 0; turns < 20; turns += 1) await turn();
      const closed = socket.destroyed || socket.writableEnded;
      const found = seen.get(socket) as { requests: IncomingMessage[]; error?: string };
      const { requests, error } = { requests: [...found.requests], error: found.error };
      client.end();
      if (!client.closed) await once(client, 'close');
      return { requests, error, closed, isCut: error === undefined && found.error !== undefined };
    },
  };
}

/** With a length, as HTTP/1.0 keeps no connection without one. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume().on('end', () => response.writeHead(200, { 'Content-Length': 2 }).end('ok'));
}
