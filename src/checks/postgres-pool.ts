import type { Duration } from '../duration.ts';
import { orAborted } from './abort.ts';
import { escalating } from './borrowed.ts';
import { type Checker, CheckFailure } from './checker.ts';

/** As much of pg's Pool as is used: any pool that has it will do. */
export interface PostgresPool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max?: number | undefined };
  connect(): Promise<PostgresPoolClient>;
  on(event: 'remove', listener: () => void): unknown;
}

export interface PostgresPoolClient {
  query(text: string): Promise<{ rows: { transaction_read_only?: unknown }[] }>;
  /** With `true`, the client is destroyed instead of going back into the pool. */
  release(destroy?: boolean): void;
}

/** pg's own default. */
const usualMax = 10;

/**
 * Checks with a client of the application's pool. A pool without a free slot is busy, and not waited for; a query that
 * failed or came too late costs its client, and never keeps a slot.
 */
export function poolChecker(
  pool: PostgresPool,
  writable: boolean,
  explain: Checker['explain'],
  escalateAfter: Duration | undefined,
): Checker {
  const acquire = acquirer(pool);
  const isSaturated = (): boolean =>
    pool.waitingCount > 0 || (pool.idleCount === 0 && pool.totalCount >= (pool.options.max ?? usualMax));

  const checker: Checker = {
    async check(signal) {
      if (isSaturated()) throw new CheckFailure('pool_saturated', 'Every client of the pool is in use');
      await useClient(await acquire(signal), writable, signal);
    },
    explain,
    watch: (notice) => void pool.on('remove', notice),
  };
  return escalating(checker, escalateAfter, (signal) => freshConnection(pool, signal));
}

/** A slot that was asked for. */
interface Request {
  readonly client: Promise<PostgresPoolClient>;
  /** Present when it came. */
  came?: PostgresPoolClient;
  /** Whether a run waits for it; what comes when none does goes back. */
  wanted: boolean;
}

/**
 * Waits for one slot at most, whatever hangs: a further request would take another connection of the pool. A run joins
 * the request that an earlier one has given up waiting for.
 */
function acquirer(pool: PostgresPool): (signal: AbortSignal) => Promise<PostgresPoolClient> {
  let pending: Request | undefined;

  const request = (): Request => {
    const made: Request = { client: pool.connect(), wanted: true };
    const over = (): void => {
      if (pending === made) pending = undefined;
    };
    made.client.then((client) => {
      over();
      made.came = client;
      if (!made.wanted) client.release();
    }, over);
    return made;
  };

  return async (signal) => {
    pending ??= request();
    const joined = pending;
    joined.wanted = true;
    try {
      return await orAborted(joined.client, signal);
    } catch (error) {
      joined.wanted = false;
      joined.came?.release();
      throw error;
    }
  };
}

async function useClient(client: PostgresPoolClient, writable: boolean, signal: AbortSignal): Promise<void> {
  let isOver = false;
  const release = (destroy: boolean): void => {
    if (!isOver) client.release(destroy);
    isOver = true;
  };
  try {
    const { rows } = await orAborted(client.query(writable ? 'SHOW transaction_read_only' : 'SELECT 1'), signal);
    release(false);
    if (writable && rows[0]?.transaction_read_only !== 'off') {
      throw new CheckFailure('read_only', 'Transactions are read-only');
    }
  } catch (error) {
    release(true);
    throw error;
  }
}

interface FreshClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

/** A connection as the pool would make it, outside the pool. pg keeps the class that it makes clients of. */
async function freshConnection(pool: PostgresPool, signal: AbortSignal): Promise<void> {
  const { Client } = pool as unknown as { Client?: new (options: object) => FreshClient };
  if (Client === undefined) throw new Error('The pool does not tell how it connects');
  const client = new Client(pool.options);
  client.on('error', () => {});
  try {
    await orAborted(client.connect(), signal);
    await orAborted(client.query('SELECT 1'), signal);
  } finally {
    void client.end().catch(() => {});
  }
}
