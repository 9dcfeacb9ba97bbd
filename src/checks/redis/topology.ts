import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { TlsMaterial } from '../kit/tls.ts';
import type { RedisTarget } from './url.ts';

export type TopologyDriver = Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>;

type ConnectionOption =
  | 'lazyConnect'
  | 'connectTimeout'
  | 'commandTimeout'
  | 'disconnectTimeout'
  | 'sentinelCommandTimeout'
  | 'maxRetriesPerRequest'
  | 'enableOfflineQueue'
  | 'enableReadyCheck'
  | 'autoResendUnfulfilledCommands'
  | 'autoResubscribe'
  | 'disableClientInfo'
  | 'Connector';

/** How a client connects, whatever it connects to. */
interface Manners {
  /** Of each connection; `lazyConnect` is of the client as a whole. */
  readonly connection: Pick<RedisOptions, ConnectionOption>;
  /** In how many milliseconds a lost connection is made anew; null for never. */
  readonly retry: (attempt: number) => number | null;
  /** What a connection over TLS is made with; that of Node when left out. */
  readonly tls?: TlsMaterial;
}

/** A client for one Redis, for the master that sentinels name, or for a cluster. */
export function topologyClient(driver: TopologyDriver, target: RedisTarget, manners: Manners): Redis | Cluster {
  const { kind, nodes, username, password, secure, database, master } = target;
  const { retry, tls = {} } = manners;
  const { lazyConnect = false, ...common } = manners.connection;
  const connection = { ...common, username, password, ...(secure ? { tls } : {}), protocol: 2 as const };
  if (kind === 'cluster')
    return new driver.Cluster([...nodes], {
      redisOptions: connection,
      lazyConnect,
      enableOfflineQueue: false,
      clusterRetryStrategy: retry,
    });
  const single = { ...connection, lazyConnect, db: database, retryStrategy: retry };
  if (kind === 'sentinel')
    return new driver.Redis({
      ...single,
      sentinels: [...nodes],
      name: master as string,
      sentinelRetryStrategy: retry,
      ...(secure ? { enableTLSForSentinelMode: true, sentinelTLS: tls } : {}),
    });
  const [node] = nodes;
  return new driver.Redis({ ...single, ...node });
}
