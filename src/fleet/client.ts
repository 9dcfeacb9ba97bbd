import type { Cluster, Redis } from 'ioredis';
import { loadDriver } from '../checks/kit/driver.ts';
import { type TopologyDriver, topologyClient } from '../checks/redis/topology.ts';
import type { RedisTarget } from '../checks/redis/url.ts';

type Client = Redis | Cluster;

/** As much of Redis as the fleet needs. */
export interface FleetClient {
  /** Runs a script; rejects at once while there is no connection, and after a second without an answer. */
  run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  close(): void;
}

export interface FleetEvents {
  /** There is a connection (again), or somebody has published something. */
  news(): void;
  lost(): void;
}

/** Longer than any healthy round trip, and short enough for somebody who waits for the answer of a PUT. */
const commandTimeoutMs = 1_000;

/** Two connections, as one that is subscribed takes no commands; both are opened again and again for ever. */
export async function connectFleet(target: RedisTarget, channel: string, events: FleetEvents): Promise<FleetClient> {
  const driver: TopologyDriver = await loadDriver('ioredis', () => import('ioredis'));
  const [client, subscriber] = [newClient(driver, target), newClient(driver, target)];
  for (const one of [client, subscriber]) one.on('error', () => {}); // What follows from it comes as `close`.
  client.on('ready', events.news);
  client.on('close', events.lost);
  subscriber.on('ready', () => subscriber.subscribe(channel).then(events.news, () => subscriber.disconnect(true)));
  subscriber.on('message', events.news);
  return {
    async run(script, keys, args) {
      try {
        return await client.eval(script, keys.length, ...keys, ...args);
      } catch (error) {
        // A connection that answers nothing is taken for dead: the next one may find another server.
        if (error instanceof Error && /timed out/i.test(error.message)) client.disconnect(true);
        throw error;
      }
    },
    close() {
      client.disconnect();
      subscriber.disconnect();
    },
  };
}

function newClient(driver: TopologyDriver, target: RedisTarget): Client {
  const connection = {
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // A write that was not answered is told again with what has become of the rest, and not blindly.
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  };
  return topologyClient(driver, target, { connection, retry: retryMs });
}

/** Half a second at the most: a fleet that is back is to be found within the second. */
const retryMs = (attempt: number): number => Math.min(attempt * 50, 400) * (0.75 + 0.5 * Math.random());
