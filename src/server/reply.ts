import type { ServerResponse } from 'node:http';
import type { CheckedAnswer } from '../contract/answer.ts';
import { http } from '../node-http.ts';

/** The bytes of an answer, made once and written many times. */
export interface Reply {
  readonly status: number;
  /** Name, value, name, value …: the form that costs `writeHead` least. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The same bytes as a string of latin1: Node writes it in one piece with the headers, and a Buffer beside them. */
  readonly text: string;
}

const empty = Buffer.alloc(0);

export function replyOf({ status, headers, body }: CheckedAnswer): Reply {
  const bytes = body === undefined ? empty : Buffer.from(body);
  // RFC 9110, 8.6: no Content-Length with 204.
  const length = status === 204 ? [] : ['Content-Length', String(bytes.length)];
  return {
    status,
    headers: [...Object.entries(headers).flat(), ...length],
    body: bytes,
    text: bytes.toString('latin1'),
  };
}

/**
 * Status, headers and body in one write. A body that stalls after its headers is worse than none: the kubelet retries,
 * then discards the result, and the pod stays as it was.
 */
export function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, reply.headers as string[]);
  response.end(reply.text, 'latin1');
}

/** The whole message, for a socket that has no response object; `extra` headers come last, and HEAD gets no body. */
export function wire({ status, headers, body }: Reply, extra: readonly string[], isHead: boolean): Buffer {
  const all = [...headers, ...extra];
  const lines = Array.from({ length: all.length / 2 }, (_, index) => `${all[2 * index]}: ${all[2 * index + 1]}\r\n`);
  const head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), isHead ? empty : body]);
}
