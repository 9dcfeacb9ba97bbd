import type { IncomingMessage } from 'node:http';

/**
 * What is wrong with a request that Node's parser lets through and no application should see: request smuggling and
 * cache poisoning live on messages that two readers understand in two ways (RFC 9112, 3.2 and 2.3).
 */
export function malformed(request: IncomingMessage): string | undefined {
  const { httpVersion, rawHeaders, url = '' } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'Expected HTTP/1.0 or HTTP/1.1';
  const hosts = countHosts(rawHeaders);
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return 'Expected one Host header';
  return target.test(url) ? undefined : 'Expected a request target that begins with /, without fragment or backslash';
}

/**
 * Visible ASCII from a slash on. A fragment never leaves its client, a backslash is a slash to some readers, and of the
 * other forms of a target (RFC 9112, 3.2) none names anything here.
 */
const target = /^\/[!"$-[\]-~]*$/;

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
