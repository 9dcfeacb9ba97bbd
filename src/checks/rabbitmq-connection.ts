import type { Duration } from '../duration.ts';
import { orAborted } from './abort.ts';
import { escalating, joined, type Listener } from './borrowed.ts';
import { type Checker, CheckFailure } from './checker.ts';

/** As much of amqplib's ChannelModel as is used. */
export interface RabbitmqConnection {
  createChannel(): Promise<RabbitmqChannel>;
  on(event: string, listener: Listener): unknown;
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
  const look = (connection: RabbitmqConnection): Known => {
    const found = known.get(connection) ?? meet(connection, () => notice());
    known.set(connection, found);
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
  };
  return fresh === undefined ? checker : escalating(checker, escalateAfter, fresh);
}

function meet(connection: RabbitmqConnection, notice: () => void): Known {
  const gone = Promise.withResolvers<never>();
  gone.promise.catch(() => {});
  const trip = joined(() => Promise.race([useChannel(connection), gone.promise]));
  const found: Known = { blocked: false, closed: false, roundTrip: trip };
  connection.on('blocked', () => {
    found.blocked = true;
    notice();
  });
  connection.on('unblocked', () => {
    found.blocked = false;
    notice();
  });
  connection.on('close', () => {
    found.closed = true;
    // amqplib leaves calls unanswered when the connection goes.
    gone.reject(new CheckFailure('unavailable', 'The connection was closed'));
    notice();
  });
  return found;
}

async function useChannel(connection: RabbitmqConnection): Promise<void> {
  const channel = await connection.createChannel();
  const refused = new Promise<never>((_, reject) => channel.on('error', reject));
  await Promise.race([channel.close(), refused]);
}
