import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { CheckFailure } from '../../health/checker.ts';

/** Where a connection leads; nothing when it does not tell. */
export type Peer = { readonly host: string; readonly port: number } | undefined;

/** How often a function is asked for the new connection. */
const askEveryMs = 20;

/**
 * Waits for the application's new connection. amqplib does not reconnect, so nothing tells of the attempts of whoever
 * does: where the lost one led is dialled once, and when nobody is there the wait is over.
 */
export async function reconnected<Connection>(
  isBack: () => Connection | undefined,
  peer: Peer,
  signal: AbortSignal,
): Promise<Connection> {
  const attempt = new AbortController();
  const failed: { error?: Error } = {};
  if (peer) {
    const socket = connect({ ...peer, signal: attempt.signal });
    socket.on('connect', () => socket.destroy());
    socket.on('error', (error) => {
      failed.error = error;
    });
  }
  try {
    while (!signal.aborted) {
      const connection = isBack();
      if (connection !== undefined) return connection;
      if (failed.error) throw failed.error;
      await setTimeout(askEveryMs, undefined, { ref: false, signal }).catch(() => {});
    }
  } finally {
    attempt.abort();
  }
  throw new CheckFailure('unavailable', 'There is no connection');
}

/** amqplib keeps its socket to itself. */
export function peerOf(connection: object): Peer {
  const { connection: inner } = connection as {
    connection?: { stream?: { remoteAddress?: string; remotePort?: number } };
  };
  const { remoteAddress: host, remotePort: port } = inner?.stream ?? {};
  return host === undefined || port === undefined ? undefined : { host, port };
}
