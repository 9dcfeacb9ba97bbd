import { orAborted } from '../../base/abort.ts';
import type { Duration } from '../../base/duration.ts';
import type { Checker } from '../../health/checker.ts';
import { type Borrowed, escalating, joined, listenTo } from '../kit/borrowed.ts';
import { type Connection, type Events, overOneConnection } from '../kit/connection.ts';
import { type Certificates, seenCertificates } from '../kit/tls.ts';
import { isLine, isText } from './answers.ts';
import { connectsOnce, type OwnRedisClient, overClient } from './connection.ts';
import { type ConnectorClass, containedConnectors } from './connectors.ts';
import { ask } from './question.ts';
import { isConnected, isLost, redisReconnecting } from './reconnecting.ts';
import { containedClient } from './topology.ts';

/** As much of ioredis' Redis as is used; a Cluster will do as well. */
export interface RedisClient extends Borrowed {
  readonly status: string;
  /** Whether it is one: then it is asked for the state of the cluster. */
  readonly isCluster?: boolean;
  cluster?(subcommand: 'INFO'): Promise<unknown>;
  ping(): Promise<string>;
  setrange(key: string, offset: number, value: string): Promise<unknown>;
}

/**
 * Checks with the application's own client. While that reconnects the run waits for it, and fails with the attempt that
 * fails. A client that listens or blocks cannot be asked, so one like it is.
 */
export function clientChecker(
  client: RedisClient,
  writable: boolean,
  explain: Checker['explain'],
  escalateAfter: Duration | undefined,
): Checker {
  const connection = redisReconnecting(client);
  const asked = joined(() => orAborted(ask(client, writable), connection.lost()));
  const certificates = seenCertificates();
  const beside = overOneConnection(
    async () => client,
    (_, events) => duplicated(client, writable, certificates, events),
  );

  const askConnected = async (signal: AbortSignal): Promise<unknown> => {
    await connection.made(signal);
    return cannotBeAsked(client) ? beside.check(signal) : orAborted(asked(), signal);
  };

  let unwatch = (): void => {};
  const checker: Checker = {
    check(signal) {
      return askConnected(signal).catch((error) => {
        // Lost while it was asked: the client asks on its next connection as well, once.
        if (signal.aborted || (!isLost(error) && isConnected(client))) throw error;
        return askConnected(signal);
      });
    },
    explain,
    watch(notice) {
      const look = (): void => certificates.see((client as Telling).stream);
      unwatch = listenTo(client, { close: notice, connect: look });
      look();
    },
    close() {
      unwatch();
      connection.giveBack();
      return beside.close();
    },
    ...((client as Telling).duplicate && { fresh: beside.fresh }),
    certificateExpiry: certificates.expiry,
  };
  return escalating(checker, escalateAfter);
}

/** What ioredis has besides. */
interface Telling extends RedisClient {
  /** `subscriber` and `monitor` take no commands. None of a cluster, which subscribes on a connection of its own. */
  readonly mode?: string;
  /** Private as well. None of a cluster. */
  readonly stream?: unknown;
  /** Private of ioredis, which tells nowhere else what a client waits for. None of a cluster. */
  readonly commandQueue?: { readonly length: number; peekAt(index: number): { command: Command } | undefined };
  duplicate?(...options: object[]): OwnRedisClient;
  /** Private of ioredis: what it opens its sockets with. None of a cluster, whose nodes have it. */
  readonly connector?: object;
  nodes?(): readonly { readonly connector?: object }[];
}

interface Command {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What waits in Redis for as long as it is told to, and keeps all commands behind it waiting. */
const blocking = /^(blm?pop|b[lr]pop|brpoplpush|blmovem?|bzm?pop|bzpopm(in|ax)|wait|waitaof)$/i;

function isBlocking({ name, args }: Command): boolean {
  return blocking.test(name) || (/^xread(group)?$/i.test(name) && args.some((word) => /^block$/i.test(String(word))));
}

function cannotBeAsked(client: RedisClient): boolean {
  const { mode = 'normal', commandQueue: queue } = client as Telling;
  if (mode !== 'normal') return true;
  for (let index = 0; index < (queue?.length ?? 0); index += 1) {
    const item = queue?.peekAt(index);
    if (item && isBlocking(item.command)) return true;
  }
  return false;
}

/** A connection with the client's own options. */
function duplicated(client: RedisClient, writable: boolean, certificates: Certificates, events: Events): Connection {
  const telling = client as Telling;
  const { isCluster = false, duplicate } = telling;
  if (duplicate === undefined) throw new Error('The client does not tell how it connects');
  const connectors = containedConnectors({ isExpected: isCluster ? isText : isLine });
  const like = (isCluster ? telling.nodes?.()[0] : telling)?.connector?.constructor as ConnectorClass | undefined;
  const connection = { ...connectsOnce, Connector: like ? connectors.like(like) : connectors.direct };
  // One like a client that monitors would monitor as well, and one that looks out for failovers stay with the sentinels.
  const single = [{ ...connection, monitor: false, failoverDetector: false, replyMapping: undefined }];
  const cluster = [[], { lazyConnect: true, clusterRetryStrategy: null, redisOptions: connection }];
  const own = duplicate.apply(client, isCluster ? cluster : single);
  return overClient(containedClient(own, connectors), writable, certificates, events);
}
