import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../../base/loopback.ts';

/**
 * Why a request without a token is refused: it comes from a web page of somebody else's (CSRF), or by a name that is not
 * this machine's (DNS rebinding). The listener is on a loopback address wherever this is the only guard.
 */
export function untrusted(request: IncomingMessage): string | undefined {
  return isLoopback(hostnameOf(request.headers.host ?? '')) ? crossSite(request) : 'Expected a loopback Host';
}

/** Why a request is taken for one that a web page of somebody else's sent. A proxy may have ended TLS before it. */
export function crossSite({ headers }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  if (origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`)
    return 'Expected no foreign Origin';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'Expected Sec-Fetch-Site to be same-origin or none';
  return undefined;
}

/**
 * The header by which a request tells of a proxy before this machine: then its address is that of the proxy, and says
 * nothing of who asks. Not every proxy tells.
 */
export const forwardedBy = ({ headers }: IncomingMessage): string | undefined =>
  Object.keys(headers).find((name) => forwarding.has(name) || name.startsWith('x-forwarded-'));

const forwarding = new Set(['forwarded', 'x-real-ip', 'via']);

const hostnameOf = (host: string): string => host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');

/**
 * Whether a request comes from this machine: whoever may not give proof of more is let change nothing from elsewhere,
 * whatever Host it names. A Unix domain socket has no address: what listens on one is there for a proxy, so it says
 * nothing of who asks either.
 */
export const isFromHere = ({ socket }: IncomingMessage): boolean =>
  isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, ''));
