import { orAborted } from '../../base/abort.ts';
import { type Checker, CheckFailure } from '../../health/checker.ts';

/** One connection to a dependency: connecting, open or lost, and never reopened. */
export interface Connection {
  /** Waits for the connection to open, the first time, and makes one round trip; what it resolves to is the run's. */
  roundTrip(): Promise<unknown>;
  /** Destroys the socket at once: a frozen server would never answer a goodbye. What is pending rejects. */
  destroy(): void;
  /** Says goodbye, if that needs no answer, and destroys the socket. */
  end?(): Promise<void>;
}

/** What a connection tells of its own accord, between runs as well. */
export interface Events {
  /** The connection is gone. */
  lost(): void;
  /** The connection stands, but the dependency behind it changed. */
  changed(): void;
}

/**
 * Checks over one dedicated connection that is opened by a run when there is none, and reused. The schedule of the runs
 * is the only reconnect loop. A run that fails gives the connection up, so that the next one resolves the name anew and
 * follows a failover.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one state, and every way in which it changes
export function overOneConnection<Driver>(
  load: () => Promise<Driver>,
  connect: (driver: Driver, events: Events) => Connection,
): Pick<Checker, 'check'> & Required<Pick<Checker, 'watch' | 'fresh' | 'close'>> {
  let current: Connection | undefined;
  let notice = (): void => {};
  let running = false;
  let closed = false;

  function open(driver: Driver): Connection {
    const connection = connect(driver, {
      // A late event of a connection that was given up says nothing about its successor.
      lost: () => {
        if (current !== connection) return;
        giveUp(connection);
        announce();
      },
      changed: () => {
        if (current === connection) announce();
      },
    });
    return connection;
  }

  function giveUp(connection: Connection): void {
    if (current === connection) current = undefined;
    connection.destroy();
  }

  /** A run under way tells by its outcome: a notice on top of it would make every failure start the next run. */
  function announce(): void {
    if (!running) notice();
  }

  async function roundTrip(signal: AbortSignal): Promise<unknown> {
    const driver = await orAborted(load(), signal);
    if (closed) throw new CheckFailure('unavailable', 'The check is closed');
    current ??= open(driver);
    const connection = current;
    try {
      const result = await orAborted(connection.roundTrip(), signal);
      if (current !== connection) throw new CheckFailure('unavailable', 'The connection was lost');
      return result;
    } catch (error) {
      if (!isBlocked(error)) giveUp(connection);
      throw error;
    }
  }

  return {
    async check(signal) {
      running = true;
      try {
        return await roundTrip(signal);
      } finally {
        running = false;
      }
    },
    watch(listener) {
      notice = listener;
    },
    fresh: (signal) => dial(load, connect, signal),
    async close() {
      closed = true;
      const connection = current;
      current = undefined;
      await connection?.end?.();
      connection?.destroy();
    },
  };
}

/** One round trip over a connection of its own. */
async function dial<Driver>(
  load: () => Promise<Driver>,
  connect: (driver: Driver, events: Events) => Connection,
  signal: AbortSignal,
): Promise<void> {
  const connection = connect(await orAborted(load(), signal), { lost() {}, changed() {} });
  try {
    await orAborted(connection.roundTrip(), signal);
    await connection.end?.();
  } finally {
    connection.destroy();
  }
}

/** The one failure that keeps its connection: only that one will hear when the block is over. */
function isBlocked(error: unknown): boolean {
  return error instanceof CheckFailure && error.reason === 'blocked';
}
