import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Received } from './received.ts';

/** A connection of its own, and one deadline over headers and body. */
export function ask(
  url: URL,
  method: Received['method'],
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<Received> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    let head: Omit<Received, 'body'> | undefined;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(
      url,
      { method, agent: false, signal, headers: { accept: '*/*', ...headers } },
      async (response) => {
        const begun = { method, status: response.statusCode ?? 0, headers: response.headers as Record<string, string> };
        head = begun;
        const body = await response.toArray().catch(reject);
        if (body !== undefined) setImmediate(resolve, { ...begun, body: Buffer.concat(body) });
      },
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Bytes after an answer that may have no body break the parser: they are the body that must not be.
      if (head !== undefined && error.code?.startsWith('HPE_')) resolve({ ...head, body: Buffer.from('unexpected') });
      else reject(error);
    });
    sent.end();
  });
}
