import { proveParameters, proveParts, UrlError } from '../../base/url.ts';

/** Where a Redis is. */
export interface RedisTarget {
  readonly kind: 'single' | 'sentinel' | 'cluster';
  /** The server; or some of the sentinels, or of the cluster's nodes. */
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly secure: boolean;
  readonly username: string;
  readonly password: string;
  readonly database: number;
  /** The name that the sentinels know the master by. */
  readonly master?: string;
}

const form =
  /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/?]*)(?::([^@/?]*))?@)?([^@/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;

const parameters = {};

/**
 * `redis://user:password@host:port/database`, `redis+sentinel://user:password@host:port,host:port/master/database` or
 * `redis+cluster://user:password@host:port,host:port`; with `rediss` instead of `redis`, over TLS.
 *
 * @throws UrlError naming what else it says, without the credentials
 */
export function redisTarget(url: string): RedisTarget {
  if (!/^rediss?(\+(sentinel|cluster))?:\/\//.test(String(url))) throw new UrlError(url, 'a redis:// URL');
  proveParts(url);
  const [, s, kind = 'single', user = '', password = '', hosts = '', path = '', query] = form.exec(url) ?? [];
  if (hosts === '') throw new UrlError(url, 'a redis:// URL with a host, as a Unix socket cannot be watched by a URL');
  if (query !== undefined) proveParameters(url, new URLSearchParams(query), parameters);
  const nodes = hosts.split(',').map((host) => nodeOf(url, host, kind === 'sentinel' ? 26379 : 6379));
  if (kind === 'single' && nodes.length > 1)
    throw new UrlError(url, 'a redis:// URL with one host, or a redis+sentinel:// or redis+cluster:// URL');
  const parts = path.split('/').filter(Boolean);
  const [master] = kind === 'sentinel' ? parts.splice(0, 1) : [];
  if (kind === 'sentinel' && master === undefined)
    throw new UrlError(url, 'a redis+sentinel:// URL with the name of the master as its path');
  return {
    kind: kind as RedisTarget['kind'],
    nodes,
    secure: s === 's',
    username: decoded(url, user),
    password: decoded(url, password),
    database: databaseOf(url, kind, parts),
    ...(master === undefined ? {} : { master: decoded(url, master) }),
  };
}

function databaseOf(url: string, kind: string, parts: readonly string[]): number {
  if (kind === 'cluster' && parts.length > 0) throw new UrlError(url, 'a redis+cluster:// URL without a path');
  const [database = '0', ...more] = parts;
  if (more.length === 0 && /^\d{1,9}$/.test(database)) return Number(database);
  throw new UrlError(url, 'a redis:// URL whose path is the number of a database, as in redis://host:6379/0');
}

/** `host`, `host:port` or `[::1]:port` */
function nodeOf(url: string, text: string, usualPort: number): { host: string; port: number } {
  const [, six, name, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  const node = { host: six ?? name ?? '', port: Number(port ?? usualPort) };
  if (/^[^\s[\]]+$/.test(node.host) && node.port > 0 && node.port < 65_536) return node;
  throw new UrlError(url, 'a redis:// URL with a host and a port from 1 to 65535');
}

function decoded(url: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UrlError(url, 'a redis:// URL');
  }
}
