import type { Socket } from 'node:net';
import type { Connection, Events } from '../kit/connection.ts';
import type { Certificates } from '../kit/tls.ts';
import { ask } from './question.ts';
import type { Contained } from './topology.ts';

/** As much of ioredis as a connection of our own takes. */
export interface OwnRedisClient {
  connect(): Promise<void>;
  disconnect(): void;
  ping(): Promise<string>;
  setrange(key: string, offset: number, value: string): Promise<unknown>;
  on(event: string, listener: (error?: unknown) => void): unknown;
  /** Once it connects; private of ioredis, which tells of it nowhere else. None of a cluster. */
  readonly stream?: Socket;
}

/** So that a client connects once, waits for nothing and retries nothing. */
export const connectsOnce = {
  lazyConnect: true,
  retryStrategy: null,
  maxRetriesPerRequest: 0,
  enableOfflineQueue: false, // With it, PING waits for a server that is down.
  enableReadyCheck: false, // With it, connect() waits for as long as Redis is loading.
  connectTimeout: 0, // The run has its own deadline.
  // The fewest commands: HELLO, CLIENT SETINFO and the like would swallow "max number of clients reached".
  protocol: 2,
  disableClientInfo: true,
} as const;

/** A connection over a client that is made for it, with `connectsOnce`. */
export function overClient(
  { client, destroy, failure: socketFailure }: Contained<OwnRedisClient>,
  writable: boolean,
  certificates: Certificates,
  events: Events,
): Connection {
  // ioredis says why only here: what it rejects with is mostly "Connection is closed."
  let failure: unknown;
  client.on('error', (error) => {
    failure ??= error;
    client.disconnect();
  });
  client.on('connect', () => certificates.see(client.stream));
  client.on('close', events.lost);
  const open = client.connect();
  return {
    async roundTrip() {
      try {
        await open;
        return await ask(client, writable);
      } catch (error) {
        throw explained(failure ?? error, socketFailure());
      }
    },
    destroy,
  };
}

/** What the last node of a cluster said, ioredis puts beside the causes that everybody else knows. */
interface ClusterFailure extends Error {
  readonly lastNodeError?: Error;
}

/** With what it comes from: the first that anything is known about gives the reason. */
function explained(error: unknown, socketFailure: Error | undefined): unknown {
  if (!(error instanceof Error)) return error;
  const { message, lastNodeError } = error as ClusterFailure;
  if (lastNodeError !== undefined) return new Error(message, { cause: explained(lastNodeError, socketFailure) });
  if (error !== socketFailure) error.cause ??= socketFailure;
  return error;
}
