import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Reply, send } from '../probes/reply.ts';
import { pathOf } from './request.ts';

/** What frameworks put beside `url`, from which they take the path that a handler is mounted at. */
type Mounted = IncomingMessage & { readonly baseUrl?: string; readonly originalUrl?: string };

/**
 * Whether a handler stands under a path, and not at the root of an application. Express says so by `baseUrl`; Connect and
 * middie only keep the whole URL as it was.
 */
export function isMounted(request: IncomingMessage): boolean {
  const { baseUrl = '', originalUrl, url = '' } = request as Mounted;
  if (baseUrl !== '') return true;
  if (originalUrl === undefined) return false;
  const [whole, path] = [pathOf(originalUrl), pathOf(url)];
  return whole !== path && (whole.endsWith(path) || path === '/');
}

/** Whether somebody asks for what is mounted without the slash that its pages count their links from. */
export function lacksSlash(request: IncomingMessage): boolean {
  const { method, originalUrl = '', url = '' } = request as Mounted;
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && pathOf(url) === '/' && !pathOf(originalUrl).endsWith('/') && isMounted(request);
}

/**
 * Sends there. By the last segment, and no more: what a proxy has taken off the path stays with the client, and a path
 * that begins with two slashes cannot lead to another host.
 */
export function redirectToSlash(request: IncomingMessage, response: ServerResponse): void {
  const { originalUrl = '' } = request as Mounted;
  const path = pathOf(originalUrl);
  const segment = path.slice(path.lastIndexOf('/') + 1);
  const location = `./${segment}/${originalUrl.slice(path.length)}`;
  const reply: Reply = {
    status: 308,
    headers: ['Location', location, 'Cache-Control', 'no-store', 'Content-Length', '0'],
    body: Buffer.alloc(0),
  };
  send(response, reply);
}
