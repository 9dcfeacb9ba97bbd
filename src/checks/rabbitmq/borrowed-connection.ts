import { orAborted } from '../../base/abort.ts';
import type { Duration } from '../../base/duration.ts';
import type { EventListener } from '../../base/event-listener.ts';
import { type Checker, CheckFailure } from '../../health/checker.ts';
import { type Borrowed, escalating, joined, listenTo } from '../kit/borrowed.ts';
import type { Certificates } from '../kit/tls.ts';
import { type Peer, peerOf, reconnected } from './reconnecting.ts';

/** As much of amqplib's ChannelModel as is used. */
export interface RabbitmqConnection extends Borrowed {
  createChannel(): Promise<RabbitmqChannel>;
}

export interface RabbitmqChannel {
  close(): Promise<void>;
  on(event: string, listener: EventListener): unknown;
}

/**
 * The connection, or what tells the one of the moment: amqplib's connections don't come back, so an application that
 * reconnects makes a new one.
 */
export type RabbitmqSource = RabbitmqConnection | (() => RabbitmqConnection | undefined);

/** What is known of one connection. */
interface WatchedConnection {
  blocked: boolean;
  /** Aborts when the connection has gone. */
  readonly gone: AbortSignal;
  /** Whether the application has closed it itself. */
  wasGivenUp: boolean;
  /** Where it led. */
  readonly peer: Peer;
  roundTrip(): Promise<void>;
  /** Listens to the connection no longer. */
  giveBack(): void;
}

/** Checks by opening and closing a channel on the application's own connection. */
export function connectionChecker(
  source: RabbitmqSource,
  explain: Checker['explain'],
  escalateAfter: Duration | undefined,
  { fresh }: Pick<Checker, 'fresh'>,
  certificates: Certificates,
): Checker {
  let notice = (): void => {};
  let latest: WatchedConnection | undefined;
  const known = new WeakMap<RabbitmqConnection, WatchedConnection>();
  const heard = new Set<WatchedConnection>();
  const look = (connection: RabbitmqConnection): WatchedConnection => {
    const before = known.get(connection);
    if (before !== undefined) return before;
    certificates.see(streamOf(connection));
    const found = watchConnection(connection, () => notice());
    known.set(connection, found);
    latest = found;
    heard.add(found);
    // One that has gone is not kept for the end.
    found.gone.addEventListener('abort', () => heard.delete(found), { once: true });
    return found;
  };
  const now = (): WatchedConnection | undefined => {
    const connection = typeof source === 'function' ? source() : source;
    return connection && look(connection);
  };

  const ask = async (signal: AbortSignal): Promise<void> => {
    const isBack = (): WatchedConnection | undefined => {
      const found = now();
      return found?.gone.aborted ? undefined : found;
    };
    const mayComeBack = typeof source === 'function' && !now()?.wasGivenUp;
    const connection = isBack() ?? (mayComeBack ? await reconnected(isBack, latest?.peer, signal) : undefined);
    if (connection === undefined) throw new CheckFailure('unavailable', 'The connection was closed');
    if (connection.blocked) throw new CheckFailure('blocked', 'RabbitMQ blocks publishers');
    await orAborted(connection.roundTrip(), signal);
  };

  const checker: Checker = {
    async check(signal) {
      await ask(signal).catch((error) => {
        // Lost while it was asked: the application asks on its next connection as well, once.
        if (signal.aborted || error !== latest?.gone.reason) throw error;
        return ask(signal);
      });
    },
    explain,
    watch(listener) {
      notice = listener;
      // Its events are heard from now on: one that is not there yet is met by the first run that finds it.
      if (typeof source !== 'function') look(source);
    },
    async close() {
      for (const { giveBack } of heard) giveBack();
    },
    ...(fresh && { fresh }),
    certificateExpiry: certificates.expiry,
  };
  return escalating(checker, escalateAfter);
}

function watchConnection(connection: RabbitmqConnection, notice: () => void): WatchedConnection {
  const gone = new AbortController();
  const giveBack = listenTo(connection, {
    blocked() {
      found.blocked = true;
      notice();
    },
    unblocked() {
      found.blocked = false;
      notice();
    },
    close(error?: unknown) {
      found.wasGivenUp = error === undefined;
      gone.abort(new CheckFailure('unavailable', 'The connection was closed'));
      giveBack();
      notice();
    },
  });
  const found: WatchedConnection = {
    blocked: false,
    gone: gone.signal,
    wasGivenUp: false,
    peer: peerOf(connection),
    // amqplib leaves calls unanswered when the connection goes.
    roundTrip: joined(() => orAborted(useChannel(connection), gone.signal)),
    giveBack,
  };
  return found;
}

/** amqplib hides its socket. */
const streamOf = (connection: object): unknown =>
  (connection as { connection?: { stream?: unknown } }).connection?.stream;

async function useChannel(connection: RabbitmqConnection): Promise<void> {
  const channel = await connection.createChannel();
  const refused = new Promise<never>((_, reject) => channel.on('error', reject));
  await Promise.race([channel.close(), refused]);
}
