import { masked } from '../checks/url.ts';

/** Where the fleet's Redis is. */
export interface FleetTarget {
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

const form = /^redis(s?)(?:\+(sentinel|cluster))?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]+)(?:\/([^?#]*))?$/;

/**
 * `redis://user:password@host:port/database`, `redis+sentinel://user:password@host:port,host:port/master/database` or
 * `redis+cluster://user:password@host:port,host:port`; with `rediss` instead of `redis`, over TLS.
 *
 * @throws TypeError without the credentials, for anything else
 */
export function fleetTarget(url: string): FleetTarget {
  const [, s, kind = 'single', user = '', password = '', hosts = '', path = ''] = form.exec(url) ?? [];
  const parts = path.split('/').filter(Boolean);
  const [master] = kind === 'sentinel' ? parts.splice(0, 1) : [];
  const nodes = hosts.split(',').map((host) => nodeOf(host, kind === 'sentinel' ? 26379 : 6379));
  const database = Number(parts[0] ?? 0);
  const isWrong =
    nodes.some(({ host, port }) => host === '' || !(port > 0 && port < 65_536)) ||
    parts.length > (kind === 'cluster' ? 0 : 1) ||
    (kind === 'single' && nodes.length > 1) ||
    (kind === 'sentinel' && master === undefined) ||
    !Number.isSafeInteger(database) ||
    !isDecodable(user + password);
  if (isWrong) throw new TypeError(`Expected \`fleet.redis\` to be the URL of a Redis, got \`${masked(url)}\``);
  return {
    kind: kind as FleetTarget['kind'],
    nodes,
    secure: s === 's',
    username: decodeURIComponent(user),
    password: decodeURIComponent(password),
    database,
    ...(master === undefined ? {} : { master }),
  };
}

/** `host`, `host:port` or `[::1]:port` */
function nodeOf(text: string, usualPort: number): { host: string; port: number } {
  const [, six, name, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? [];
  return { host: six ?? name ?? '', port: Number(port ?? usualPort) };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
