import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { http } from '../base/node-http.ts';
import { conforming } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { problem } from '../contract/problem.ts';
import type { PreparedReplies } from '../probes/prepared.ts';
import { fail, isOver, type Reply, replyOf, send, wire } from '../probes/reply.ts';
import type { RequestCounts } from '../probes/request-counts.ts';
import { answerClientError } from './client-error.ts';
import { closeGracefully, ignoreErrors } from './graceful-close.ts';
import { type Memo, memoise } from './memo.ts';
import { inTurn } from './pipelining.ts';
import { malformed, pathOf } from './request.ts';

/** Node's defaults let a slow client hold a connection for minutes. Times in milliseconds. */
const limits = {
  headersTimeout: 5_000,
  requestTimeout: 7_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 8_192,
  // A request without a body needs no stream for it.
  optimizeEmptyRequests: true,
  // Answered by `malformed`, as a problem.
  requireHostHeader: false,
};

export type Refuse = (status: 400 | 408 | 431 | 500, detail: string) => Reply;

/** Makes the answers to requests that reach no operation; each closes its connection. */
export function createRefuse(contract: Contract): Refuse {
  return (status, detail) =>
    replyOf(conforming(contract, contract.errors, { ...problem(status, detail), headers: { Connection: 'close' } }));
}

export interface ProbeServerOptions {
  readonly replies: PreparedReplies;
  readonly requestCounts: Pick<RequestCounts, 'count'>;
  readonly refuse: Refuse;
  /** Takes everything but the probes. */
  readonly application: RequestListener;
  /** While it does, every answer closes its connection, and the parser sees to that. */
  readonly isDraining?: () => boolean;
}

/** How long nothing may move on a connection: Node waits for ever for a client that does not read. In milliseconds. */
const longestStallMs = 8_000;

/** A server that answers probes from the prepared replies, and hands everything else to the application. */
export function createProbeServer(options: ProbeServerOptions): Server {
  const server = http.createServer(limits);
  const { replies, requestCounts, refuse, isDraining = () => false } = options;
  const latest = new WeakMap<Socket, ServerResponse>();
  const isIdle = (socket: Socket): boolean => {
    const response = latest.get(socket);
    return response?.req.complete === true && isOver(response);
  };
  const memo = memoise(
    server,
    (path, accept) => (isDraining() ? undefined : replies.get(path, accept)),
    requestCounts,
    isIdle,
  );
  server.timeout = longestStallMs;
  server.on('timeout', (socket: Socket) => {
    // While output waits, it is the client that does not read, whatever it has asked behind that.
    if (socket.writableLength === 0 && isOurTurn(latest.get(socket))) socket.setTimeout(longestStallMs);
    else socket.destroy();
  });
  // Who says that nothing more will come still waits for the answer: Node would close without one.
  Object.assign(server, { httpAllowHalfOpen: true });
  for (const event of ['request', 'checkExpectation'])
    server.on(event, ({ socket }: IncomingMessage, response: ServerResponse) => latest.set(socket, response));
  server.on('request', answerRequests(options, memo));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    answerClientError(error, socket, latest.get(socket), () => refuseClientError(error, refuse)),
  );
  // Node would answer the one without a word, and not answer the other.
  server.on('checkExpectation', (_, response) =>
    send(response, refuse(400, 'Expected no Expect header but 100-continue')),
  );
  server.on('connect', (_, socket) => {
    ignoreErrors(socket);
    const earlier = latest.get(socket as Socket);
    const refuseTunnel = (): void => closeGracefully(socket, wire(refuse(400, 'Expected no CONNECT'), [], false));
    if (earlier === undefined || isOver(earlier)) refuseTunnel();
    else earlier.once('close', refuseTunnel);
  });
  return server;
}

/** Whether the whole request is there and its answer isn't: on a throttled processor that is no fault of the client's. */
const isOurTurn = (response: ServerResponse | undefined): boolean =>
  response?.headersSent === false && response.req.complete;

export function answerRequests(options: ProbeServerOptions, memo: Memo): RequestListener {
  const { replies, requestCounts, refuse } = options;
  const application = inTurn((request, response) => {
    try {
      options.application(request, response);
    } catch {
      fail(response, refuse(500, 'The request failed'));
    }
  });
  return (request: IncomingMessage, response: ServerResponse) => {
    // Node answers as if there were no offer, and drops what it has read behind it: the next answer would be misread.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    const mistake = malformed(request);
    if (mistake !== undefined) return send(response, refuse(400, mistake));
    if (request.method === 'GET' || request.method === 'HEAD') {
      const path = pathOf(request.url as string);
      const reply = replies.get(path, request.headers.accept);
      if (reply !== undefined) {
        memo.remember(request, response, path);
        requestCounts.count(reply);
        return send(response, reply);
      }
    }
    return application(request, response);
  };
}

/** The headers that frame a message: Node's parser says which one it has given up on. */
const unparsable: Readonly<Record<string, string>> = {
  HPE_INVALID_CONTENT_LENGTH: 'Content-Length',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'Content-Length',
  HPE_INVALID_TRANSFER_ENCODING: 'Transfer-Encoding',
};

function refuseClientError(error: NodeJS.ErrnoException, refuse: Refuse): Reply {
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return refuse(431, `Expected at most ${limits.maxHeaderSize} bytes of headers`);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuse(408, 'The request did not arrive in time');
  const header = unparsable[error.code ?? ''];
  return refuse(400, header === undefined ? 'The request cannot be parsed' : `Expected another ${header} header`);
}
