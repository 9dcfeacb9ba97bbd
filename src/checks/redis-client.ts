import type { Duration } from '../duration.ts';
import { orAborted } from './abort.ts';
import { escalating, joined, type Listener } from './borrowed.ts';
import { type Checker, CheckFailure } from './checker.ts';
import { ask } from './redis-question.ts';

/** As much of ioredis' Redis as is used; a Cluster will do as well. */
export interface RedisClient {
  readonly status: string;
  /** Whether it is one: then it is asked for the state of the cluster. */
  readonly isCluster?: boolean;
  cluster?(subcommand: 'INFO'): Promise<unknown>;
  ping(): Promise<string>;
  setrange(key: string, offset: number, value: string): Promise<unknown>;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  listenerCount(event: string): number;
}

/** Between connections: a command would wait in the offline queue for as long as the server is down. */
const lost = new Set(['reconnecting', 'close', 'end', 'disconnecting']);

/** On its way: `wait` is a lazy client, which connects with its first command. */
const connecting = new Set(['connecting', 'connect']);

/**
 * Checks with the application's own client. While it is not connected nothing is sent, and why is told by its latest
 * error. That is listened for only where the application listens as well: ioredis prints what nobody listens for.
 */
export function clientChecker(
  client: RedisClient,
  writable: boolean,
  explain: Checker['explain'],
  escalateAfter: Duration | undefined,
): Checker {
  let latest: unknown;
  let listens = false;
  const asked = joined(() => ask(client, writable));
  const listen = (): void => {
    if (listens || client.listenerCount('error') === 0) return;
    listens = true;
    client.on('error', (error: unknown) => {
      latest = error;
    });
  };

  const checker: Checker = {
    async check(signal) {
      listen();
      if (connecting.has(client.status)) await connected(client, signal);
      if (lost.has(client.status))
        throw latest ?? new CheckFailure('unavailable', `The client is in status ${client.status}`);
      const result = await orAborted(asked.run(), signal);
      latest = undefined;
      return result;
    },
    explain,
    watch(notice) {
      client.on('close', () => {
        // What was asked on that connection is not waited for on the next one.
        asked.forget();
        notice();
      });
    },
  };
  return escalating(checker, escalateAfter, (signal) => freshConnection(client, signal));
}

/** Waits until the client has connected, or has failed to. */
async function connected(client: RedisClient, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const settle = (): void => resolve();
  for (const event of ['ready', 'close', 'end']) client.on(event, settle);
  try {
    await orAborted(promise, signal);
  } finally {
    for (const event of ['ready', 'close', 'end']) client.off(event, settle);
  }
}

interface Duplicate extends RedisClient {
  disconnect(): void;
}

/** A connection with the client's own options that waits for nothing and retries nothing. */
async function freshConnection(client: RedisClient, signal: AbortSignal): Promise<void> {
  const { duplicate } = client as { duplicate?: (options: object) => Duplicate };
  if (duplicate === undefined) throw new Error('The client does not tell how it connects');
  const options = { retryStrategy: null, maxRetriesPerRequest: 0, lazyConnect: false, enableOfflineQueue: true };
  const fresh = duplicate.call(client, options);
  fresh.on('error', () => {});
  try {
    await orAborted(fresh.ping(), signal);
  } finally {
    fresh.disconnect();
  }
}
