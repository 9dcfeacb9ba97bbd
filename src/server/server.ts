import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { checked } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { problem } from '../contract/problem.ts';
import { malformed, pathOf } from './guard.ts';
import type { PreparedReplies } from './prepared.ts';
import { type Reply, replyOf, send } from './reply.ts';

/** Node's defaults let a slow client hold a connection for minutes. Times in milliseconds. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 7_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
  // Answered by `malformed`, as a problem.
  requireHostHeader: false,
};

export type Refuse = (status: 400 | 408 | 431, detail: string) => Reply;

/** Refusals of requests that never come to an operation; each closes its connection. */
export function refusals(contract: Contract): Refuse {
  return (status, detail) =>
    replyOf(checked(contract, contract.errors, { ...problem(status, detail), headers: { Connection: 'close' } }));
}

/** Answers probes from the prepared replies, and hands everything else to the application. */
export function createListener(
  replies: PreparedReplies,
  refuse: Refuse,
  application: RequestListener,
): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    const mistake = malformed(request);
    if (mistake !== undefined) return send(response, refuse(400, mistake));
    if (request.method === 'GET' || request.method === 'HEAD') {
      const reply = replies.get(pathOf(request.url as string));
      if (reply !== undefined) return send(response, reply);
    }
    return application(request, response);
  };
}

export function createProbeServer(listener: RequestListener, refuse: Refuse): Server {
  const server = createServer(limits, listener);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerClientError(error, socket, refuse));
  return server;
}

/** What the parser gave up on. */
function answerClientError(error: NodeJS.ErrnoException, socket: Socket, refuse: Refuse): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // Every answer is one write, so this one can never land in the middle of another.
  socket.end(wire(refuseClientError(error, refuse)), () => socket.destroy());
}

function refuseClientError(error: NodeJS.ErrnoException, refuse: Refuse): Reply {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return refuse(431, `Expected at most ${limits.maxHeaderSize} bytes of headers`);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(408, 'The request did not arrive in time');
  return refuse(400, 'The request cannot be parsed');
}

/** A reply as bytes, for a socket that has no response object. */
function wire({ status, headers, body }: Reply): Buffer {
  const lines: string[] = [];
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} \r\n${lines.join('')}\r\n`), body]);
}
