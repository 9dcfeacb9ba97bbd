import type { IncomingMessage, ServerResponse } from 'node:http';
import { http } from '../base/node-http.ts';
import type { ConformingAnswer } from '../contract/answer.ts';

/** The bytes of an answer, made once and written many times. */
export interface Reply {
  readonly status: number;
  /** Name, value, name, value …: the form that costs `writeHead` least. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /**
   * The same bytes as a string of latin1, where they are few: Node writes it in one piece with the headers, which copies
   * it, and a Buffer beside them.
   */
  readonly text?: string;
}

const empty = Buffer.alloc(0);

/** The longest body that is copied with each answer. */
const textBytes = 16_384;

export function replyOf({ status, headers, body }: ConformingAnswer): Reply {
  const bytes = body === undefined ? empty : Buffer.from(body);
  // RFC 9110, 8.6: no Content-Length with 204.
  const length = status === 204 ? [] : ['Content-Length', String(bytes.length)];
  return {
    status,
    headers: [...Object.entries(headers).flat(), ...length],
    body: bytes,
    ...(bytes.length > textBytes ? {} : { text: bytes.toString('latin1') }),
  };
}

/**
 * Status, headers and body in one write. A body that stalls after its headers is worse than none: the kubelet retries,
 * then discards the result, and the pod stays as it was.
 */
export function send(response: ServerResponse, reply: Reply): void {
  // One request, one answer: who comes second says nothing.
  if (response.headersSent) return;
  const isBeforeBody = hasUnread(response.req);
  if (isBeforeBody) response.shouldKeepAlive = false;
  response.writeHead(reply.status, reply.headers as string[]);
  if (isBeforeBody) endAfterBody(response, reply);
  else response.end(reply.text ?? reply.body, 'latin1');
  // Most answers are with the kernel by now.
  if (response.socket === null || response.socket.writableLength > 0) endInTime(response);
}

/** How long an answer may be on its way to a client that reads slowly, or that only says that it is there. */
const longestAnswerMs = 30_000;

function endInTime(response: ServerResponse): void {
  const timer = setTimeout(() => response.destroy(), longestAnswerMs).unref();
  response.once('close', () => clearTimeout(timer));
}

/** Whether an answer is with the kernel and has left its connection; the getter alone says so a turn too early. */
export const isOver = ({ writableFinished, socket }: ServerResponse): boolean => writableFinished && socket === null;

/** The last resort of what failed: where an answer has begun already, its connection ends. */
export function fail(response: ServerResponse, reply: Reply): void {
  if (response.headersSent) response.destroy();
  else send(response, reply);
}

/** How long the rest of a body is read and thrown away after its answer, in milliseconds. */
const lingerMs = 1_000;

/**
 * Where the answer comes before the body, nobody can say what the bytes are that follow: the connection is closed. But
 * one that is closed over unread bytes is reset, and the answer may be lost with it (RFC 9112, 9.6).
 */
function endAfterBody(response: ServerResponse, { body, text }: Reply): void {
  const { req, socket } = response;
  // At once: what is kept for the next turn is lost where the parser gives up in this one.
  socket?.cork();
  if (body.length === 0 || req.method === 'HEAD') response.flushHeaders();
  else response.write(text ?? body, 'latin1');
  socket?.uncork();
  const end = (): void => void response.end();
  const timer = setTimeout(end, lingerMs);
  response.once('close', () => clearTimeout(timer));
  req.once('close', end).resume();
}

/** Whether a body was announced, and has not come as a whole. */
function hasUnread({ complete, headers, httpVersionMajor }: IncomingMessage): boolean {
  if (complete || httpVersionMajor > 1) return false;
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || length !== '0';
}

/** The whole message, for a socket that has no response object; `extra` headers come last, and HEAD gets no body. */
export function wire({ status, headers, body }: Reply, extra: readonly string[], isHead: boolean): Buffer {
  const all = [...headers, ...extra];
  const lines = Array.from({ length: all.length / 2 }, (_, index) => `${all[2 * index]}: ${all[2 * index + 1]}\r\n`);
  const head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), isHead ? empty : body]);
}
