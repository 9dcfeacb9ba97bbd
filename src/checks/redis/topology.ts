import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type { TlsMaterial } from '../kit/tls.ts';
import { type Connectors, containedConnectors, type Listening, type Node } from './connectors.ts';
import type { RedisTarget } from './url.ts';

export type TopologyDriver = Pick<typeof import('ioredis'), 'Redis' | 'Cluster' | 'SentinelConnector'>;

type ConnectionOption =
  | 'lazyConnect'
  | 'connectTimeout'
  | 'commandTimeout'
  | 'sentinelCommandTimeout'
  | 'maxRetriesPerRequest'
  | 'enableOfflineQueue'
  | 'enableReadyCheck'
  | 'autoResendUnfulfilledCommands'
  | 'autoResubscribe'
  | 'disableClientInfo';

/** How a client connects, whatever it connects to. */
export interface Manners {
  /** Of each connection; `lazyConnect` is of the client as a whole. */
  readonly connection: Pick<RedisOptions, ConnectionOption>;
  /** In how many milliseconds a lost connection is made anew; null for never. */
  readonly retry: (attempt: number) => number | null;
  /** What a connection over TLS is made with; that of Node when left out. */
  readonly tls?: TlsMaterial;
  readonly listening: Listening;
  /** The nodes that are known of a cluster, when one connection to any of them will do. */
  readonly anyOf?: () => readonly Node[];
}

/** A client of our own. */
export interface Contained<Client = Redis | Cluster> {
  readonly client: Client;
  /** Disconnects, and destroys every socket that stands. */
  destroy(): void;
  /** Of a socket, where ioredis tells no more than that it did not succeed. */
  failure(): Error | undefined;
}

/** A client for one Redis, for the master that sentinels name, or for a cluster. */
export function topologyClient(driver: TopologyDriver, target: RedisTarget, manners: Manners): Contained {
  const connectors = containedConnectors(manners.listening);
  return containedClient(newClient(driver, target, manners, connectors), connectors);
}

export function containedClient<Client extends { disconnect(): void }>(
  client: Client,
  connectors: Connectors,
): Contained<Client> {
  return {
    client,
    destroy() {
      client.disconnect();
      connectors.destroy();
    },
    failure: connectors.failure,
  };
}

function newClient(
  driver: TopologyDriver,
  target: RedisTarget,
  { connection: { lazyConnect = false, ...common }, retry, tls = {}, anyOf }: Manners,
  connectors: Connectors,
): Redis | Cluster {
  const { kind, nodes, username, password, secure, database, master } = target;
  const connection = { ...common, username, password, ...(secure ? { tls } : {}), protocol: 2 as const };
  if (kind === 'cluster' && anyOf === undefined)
    return new driver.Cluster([...nodes], {
      redisOptions: { ...connection, Connector: connectors.direct },
      lazyConnect,
      enableOfflineQueue: false,
      clusterRetryStrategy: retry,
    });
  const single = { ...connection, lazyConnect, db: database, retryStrategy: retry };
  if (kind === 'sentinel')
    return new driver.Redis({
      ...single,
      Connector: connectors.like(driver.SentinelConnector),
      sentinels: [...nodes],
      name: master as string,
      sentinelRetryStrategy: retry,
      ...(secure ? { enableTLSForSentinelMode: true, sentinelTLS: tls } : {}),
    });
  const Connector = connectors.anyOf(anyOf ?? (() => nodes));
  return new driver.Redis({ ...single, Connector });
}
