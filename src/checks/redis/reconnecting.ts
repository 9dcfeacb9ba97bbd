import { errorMonitor } from 'node:events';
import { orAborted } from '../../base/abort.ts';
import { CheckFailure } from '../../health/checker.ts';
import { type Borrowed, listenTo } from '../kit/borrowed.ts';

/** How a client of Redis is connected, as its events tell. */
interface Reconnecting {
  /** Resolves when the client is connected. Rejects with the attempt to connect that fails, or has failed already. */
  made(signal: AbortSignal): Promise<void>;
  /** Aborts when the connection of now is lost. */
  lost(): AbortSignal;
  /** Listens to the client no longer. */
  giveBack(): void;
}

interface Client extends Borrowed {
  readonly status: string;
}

class Lost extends CheckFailure {}

/** Whether this is why `lost` aborts. */
export const isLost = (error: unknown): boolean => error instanceof Lost;

/** A lazy client, in `wait`, connects with its first command. */
export const isConnected = ({ status }: Client): boolean => ['ready', 'monitoring', 'wait'].includes(status);

export function redisReconnecting(client: Client): Reconnecting {
  let wasReady = isConnected(client) && client.status !== 'wait';
  /** Of the latest attempt, until one succeeds. */
  let failed = false;
  let latest: unknown;
  let loss = new AbortController();
  const unavailable = (): CheckFailure => new CheckFailure('unavailable', `The client is in status ${client.status}`);

  const giveBack = listenTo(client, {
    // Not a listener for errors: ioredis prints those that nobody listens for.
    [errorMonitor](error) {
      latest = error;
    },
    ready() {
      wasReady = true;
      failed = false;
      latest = undefined;
    },
    close() {
      failed = !wasReady;
      wasReady = false;
      loss.abort(new Lost('unavailable', 'The connection was lost'));
      loss = new AbortController();
    },
  });

  return {
    async made(signal) {
      while (!isConnected(client)) {
        if (failed || client.status === 'end') throw latest ?? unavailable();
        await change(client, signal);
      }
    },
    lost: () => loss.signal,
    giveBack,
  };
}

/** Waits until the client says that something has changed. */
async function change(client: Client, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = ['ready', 'monitoring', 'close', 'end'];
  const settle = (): void => resolve();
  for (const event of events) client.on(event, settle);
  try {
    await orAborted(promise, signal);
  } finally {
    for (const event of events) client.off(event, settle);
  }
}
