import type { Duration } from '../duration.ts';
import { orAborted } from './abort.ts';
import { type Borrowed, escalating, joined, type Listener, listenTo } from './borrowed.ts';
import { type Checker, CheckFailure } from './checker.ts';

/** As much of amqplib's ChannelModel as is used. */
export interface RabbitmqConnection extends Borrowed {
  createChannel(): Promise<RabbitmqChannel>;
}

export interface RabbitmqChannel {
  close(): Promise<void>;
  on(event: string, listener: Listener): unknown;
}

/**
 * The connection, or what tells the one of the moment: amqplib's connections don't come back, so an application that
 * reconnects makes a new one.
 */
export type RabbitmqSource = RabbitmqConnection | (() => RabbitmqConnection | undefined);

/** What is known of one connection. */
interface Known {
  blocked: boolean;
  closed: boolean;
  roundTrip(): Promise<void>;
  /** Rejects when the connection is closed. */
  readonly gone: Promise<never>;
  /** Listens to the connection no longer. */
  giveBack(): void;
}

/** Checks by opening and closing a channel on the application's own connection. */
export function connectionChecker(
  source: RabbitmqSource,
  explain: Checker['explain'],
  escalateAfter: Duration | undefined,
  fresh: ((signal: AbortSignal) => Promise<unknown>) | undefined,
): Checker {
  let notice = (): void => {};
  const known = new WeakMap<RabbitmqConnection, Known>();
  const heard = new Set<Known>();
  const look = (connection: RabbitmqConnection): Known => {
    const before = known.get(connection);
    if (before !== undefined) return before;
    const found = meet(connection, () => notice());
    known.set(connection, found);
    heard.add(found);
    // One that has gone is not kept for the end.
    found.gone.finally(() => heard.delete(found)).catch(() => {});
    return found;
  };

  const checker: Checker = {
    async check(signal) {
      const connection = typeof source === 'function' ? source() : source;
      if (connection === undefined) throw new CheckFailure('unavailable', 'There is no connection');
      const { closed, blocked, roundTrip } = look(connection);
      if (closed) throw new CheckFailure('unavailable', 'The connection was closed');
      if (blocked) throw new CheckFailure('blocked', 'RabbitMQ blocks publishers');
      await orAborted(roundTrip(), signal);
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
  };
  return fresh === undefined ? checker : escalating(checker, escalateAfter, fresh);
}

function meet(connection: RabbitmqConnection, notice: () => void): Known {
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => {});
  const trip = joined(() => Promise.race([useChannel(connection), gone.promise]));
  const giveBack = listenTo(connection, {
    blocked() {
      found.blocked = true;
      notice();
    },
    unblocked() {
      found.blocked = false;
      notice();
    },
    close() {
      found.closed = true;
      // amqplib leaves calls unanswered when the connection goes.
      gone.reject(new CheckFailure('unavailable', 'The connection was closed'));
      giveBack();
      notice();
    },
  });
  const found: Known = { blocked: false, closed: false, roundTrip: trip, gone: gone.promise, giveBack };
  return found;
}

async function useChannel(connection: RabbitmqConnection): Promise<void> {
  const channel = await connection.createChannel();
  const refused = new Promise<never>((_, reject) => channel.on('error', reject));
  await Promise.race([channel.close(), refused]);
}
