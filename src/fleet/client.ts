import type { Cluster, Redis } from 'ioredis';
import type { Head } from '../checks/redis/answers.ts';
import type { Node } from '../checks/redis/connectors.ts';
import { loadIoredis } from '../checks/redis/driver.ts';
import { type Contained, type Manners, type TopologyDriver, topologyClient } from '../checks/redis/topology.ts';
import type { RedisTarget } from '../checks/redis/url.ts';
import { isAnswer } from './script.ts';

type Client = Redis | Cluster;

/** As much of Redis as the fleet needs. */
export interface FleetClient {
  /**
   * Runs a script. Rejects at once while there is no connection, after a second without an answer, and by an answer that
   * the script cannot have given.
   */
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
  const driver: TopologyDriver = await loadIoredis();
  const asked = newClient(driver, target, { isExpected: () => true });
  const { client } = asked;
  const told = newClient(driver, target, { isExpected: isNews, anyOf: () => [...nodesOf(client), ...target.nodes] });
  const subscriber = told.client as Redis;
  reconnectAfterUnasked(client);
  reconnectAfterUnasked(subscriber);
  // A node that has left its cluster hears no more of it.
  client.on('-node', ({ options: { host, port } }: Redis) => {
    if (host === subscriber.options.host && port === subscriber.options.port) subscriber.disconnect(true);
  });
  client.on('ready', events.news);
  client.on('close', events.lost);
  // News are asked for over the other connection: one that is on its way brings news of its own.
  const heard = (): void => void (client.status === 'ready' && events.news());
  subscriber.on('ready', () => subscriber.subscribe(channel).then(heard, () => subscriber.disconnect(true)));
  subscriber.on('message', heard);
  return {
    async run(script, keys, args) {
      try {
        const answer = await client.eval(script, keys.length, ...keys, ...args);
        if (!isAnswer(script, answer)) throw new WrongAnswer('The script cannot have answered that');
        return answer;
      } catch (error) {
        // A connection that answers nothing is taken for dead: the next one may find another server. One that answers
        // something else may be off by one answer, for ever.
        if (error instanceof WrongAnswer || /timed out/i.test((error as Error).message)) client.disconnect(true);
        throw error;
      }
    },
    close() {
      asked.destroy();
      told.destroy();
    },
  };
}

class WrongAnswer extends Error {}

/** What follows from an error comes as `close`, but from an answer that nobody asked for: the next would be off by one. */
function reconnectAfterUnasked(client: Client): void {
  if ('nodes' in client) client.on('+node', reconnectAfterUnasked);
  client.on('error', ({ message }: Error) => {
    if (message.startsWith('Command queue state error')) client.disconnect(true);
  });
}

/** What comes to who logs in and subscribes: `OK`, errors, and news in three parts. ioredis trusts that there are three. */
const isNews = ({ sign, text, depth }: Head): boolean =>
  depth > 0 || sign === '-' || (sign === '+' && text === 'OK') || (sign === '*' && text === '3');

/** Where a cluster is now: its nodes may all be others than those that it was found by. */
const nodesOf = (client: Client): Node[] =>
  'nodes' in client ? client.nodes().map(({ options: { host = '', port = 0 } }) => ({ host, port })) : [];

/** Whoever is told news needs no more than a connection to any node of a cluster, as all of them tell what one was told. */
type Purpose = Pick<Manners, 'anyOf'> & { isExpected(head: Head): boolean };

function newClient(driver: TopologyDriver, target: RedisTarget, { isExpected, anyOf }: Purpose): Contained {
  const connection = {
    enableReadyCheck: anyOf === undefined,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    sentinelCommandTimeout: commandTimeoutMs,
    // A write that was not answered is told again with what has become of the rest, and not blindly.
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
  };
  // The news go on for ever without a question. What is under way when a service ends is waited for.
  const listening = { isExpected, longest: Number.POSITIVE_INFINITY, keepsAlive: true };
  return topologyClient(driver, target, { connection, retry: retryMs, listening, ...(anyOf && { anyOf }) });
}

/** Half a second at the most: a fleet that is back is to be found within the second. */
const retryMs = (attempt: number): number => Math.min(attempt * 50, 400) * (0.75 + 0.5 * Math.random());
