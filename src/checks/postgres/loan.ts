import { orAborted } from '../../base/abort.ts';
import type { Borrowed } from '../kit/borrowed.ts';

/** As much of pg's Pool as is used: any pool that has it will do. */
export interface PostgresPool extends Borrowed {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
  connect(callback: (error: Error | undefined, client: PostgresPoolClient | undefined) => void): void;
}

export interface PostgresPoolClient {
  query(text: string): Promise<{ rows: { transaction_read_only?: unknown }[] }>;
  /** With `true`, the client is destroyed instead of going back into the pool. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: () => void): unknown;
  off(event: 'error', listener: () => void): unknown;
}

/** A client of the pool for as long as it is lent. */
interface Loan {
  readonly client: PostgresPoolClient;
  /** Gives it back, or with `true` has the pool destroy it. */
  end(destroy: boolean): void;
}

/** So many requests hang at once: each takes a connection that the application could use. */
const mostRequests = 3;

/** Whoever waits for a client: the run of the moment. */
interface Waiter {
  resolve(loan: Loan): void;
  reject(error: unknown): void;
}

/**
 * Borrows from the pool. A request that hangs, as its peer accepted and says nothing, cannot be taken back: the next run
 * waits for it as well, and asks for another client only when one is idle, or when a connection outside the pool shows
 * that the database answers. So a frozen database takes one slot, and one that is well again is not waited out.
 */
export function borrower(
  pool: PostgresPool,
  fresh: (signal: AbortSignal) => Promise<unknown>,
): (signal: AbortSignal) => Promise<Loan> {
  let requests = 0;
  let waiter: Waiter | undefined;

  const request = (): void => {
    requests += 1;
    pool.connect((error, client) => {
      requests -= 1;
      if (client) {
        const loan = lend(client);
        if (waiter) waiter.resolve(loan);
        else loan.end(false);
      } else if (requests === 0) {
        waiter?.reject(error);
      } else {
        return;
      }
      waiter = undefined;
    });
  };

  const requestIfWell = async (mine: Waiter, signal: AbortSignal): Promise<void> => {
    try {
      await fresh(signal);
      if (waiter === mine && requests < mostRequests) request();
    } catch (error) {
      if (waiter === mine && !(error instanceof Untold)) mine.reject(error);
    }
  };

  return async (signal) => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Loan>();
    const mine = { resolve, reject };
    waiter = mine;
    if (requests === 0 || (pool.idleCount > 0 && requests < mostRequests)) request();
    else void requestIfWell(mine, signal);
    try {
      return await orAborted(promise, signal);
    } catch (error) {
      // A client that came in the same moment goes back as well.
      promise.then(
        (loan) => loan.end(false),
        () => {},
      );
      throw error;
    } finally {
      if (waiter === mine) waiter = undefined;
    }
  };
}

/** The pool does not tell how it connects. */
export class Untold extends Error {}

/**
 * While a client is lent the pool does not listen to it, and an error that nobody listens for ends the process. In the
 * very moment that it comes: what is in the same packet is read next.
 */
function lend(client: PostgresPoolClient): Loan {
  const ignore = (): void => {};
  client.on('error', ignore);
  let isOver = false;
  return {
    client,
    end(destroy) {
      if (isOver) return;
      isOver = true;
      // The pool listens again once it has it back.
      client.release(destroy);
      client.off('error', ignore);
    },
  };
}
