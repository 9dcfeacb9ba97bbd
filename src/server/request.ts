import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../base/loopback.ts';

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

/**
 * Why a request without a token is refused: it comes from a web page of somebody else's (CSRF), or by a name that is not
 * this machine's (DNS rebinding). The listener is on a loopback address wherever this is the only guard.
 */
export function mayNotChange(request: IncomingMessage): string | undefined {
  return isLoopback(hostnameOf(request.headers.host ?? '')) ? crossSite(request) : 'Expected a loopback Host';
}

/** Why a request is taken for one that a web page of somebody else's sent. A proxy may have ended TLS before it. */
export function crossSite({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'Expected no foreign Origin';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return 'Expected no cross-site request';
  return undefined;
}

/**
 * Whether a request tells of a proxy before this machine: then its address is that of the proxy, and says nothing of who
 * asks. Not every proxy tells.
 */
export const isForwarded = ({ headers }: IncomingMessage): boolean =>
  Object.keys(headers).some((name) => forwarding.has(name) || name.startsWith('x-forwarded-'));

const forwarding = new Set(['forwarded', 'x-real-ip', 'via']);

const hostnameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/**
 * Whether a request comes from this machine: whoever may not give proof of more is let change nothing from elsewhere,
 * whatever Host it names. A Unix domain socket has no address: what listens on one is there for a proxy, so it says
 * nothing of who asks either.
 */
export const isFromHere = ({ socket }: IncomingMessage): boolean =>
  isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''));
