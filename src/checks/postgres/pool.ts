import { errorMonitor } from 'node:events';
import type { Socket } from 'node:net';
import { orAborted } from '../../base/abort.ts';
import type { Duration } from '../../base/duration.ts';
import { type Checker, CheckFailure } from '../../health/checker.ts';
import { escalating, listenTo } from '../kit/borrowed.ts';
import { type Certificates, seenCertificates } from '../kit/tls.ts';
import { borrower, type PostgresPool, Untold } from './loan.ts';
import { postgresSocket, type WithConnection, withTls } from './socket.ts';

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
  const certificates = seenCertificates();
  const fresh = (signal: AbortSignal): Promise<void> => freshConnection(pool, certificates, signal);
  const borrow = borrower(pool, fresh);
  const isSaturated = (): boolean =>
    pool.waitingCount > 0 || (pool.idleCount === 0 && pool.totalCount >= (pool.options.max ?? usualMax));

  const ask = async (signal: AbortSignal): Promise<void> => {
    if (isSaturated()) throw new CheckFailure('pool_saturated', 'Every client of the pool is in use');
    const loan = await borrow(signal);
    try {
      const { rows } = await orAborted(loan.client.query(writable ? 'SHOW transaction_read_only' : 'SELECT 1'), signal);
      loan.end(false);
      if (writable && rows[0]?.transaction_read_only !== 'off')
        throw new CheckFailure('read_only', 'Transactions are read-only');
    } finally {
      loan.end(true);
    }
  };

  let unwatch = (): void => {};
  const checker: Checker = {
    async check(signal) {
      // Whoever uses the pool gets another client after one whose connection has gone: the pool reconnects.
      const isKept = pool.idleCount > 0;
      await ask(signal).catch((error) => {
        if (!isKept || signal.aborted || explain(error) !== 'unavailable') throw error;
        return ask(signal);
      });
    },
    explain,
    watch(notice) {
      unwatch = listen(pool, explain, certificates, notice);
    },
    async close() {
      unwatch();
    },
    ...((pool as unknown as Telling).Client && { fresh }),
    certificateExpiry: certificates.expiry,
  };
  return escalating(checker, escalateAfter);
}

/**
 * News is an idle client that was lost, and one that its user gave back as lost. That the pool removes clients, as many
 * pools do after so many uses or so long, is none: it would make every run start the next one.
 */
function listen(
  pool: PostgresPool,
  explain: Checker['explain'],
  certificates: Certificates,
  notice: () => void,
): () => void {
  return listenTo(pool, {
    // Not a listener for errors: with one, those that the application does not listen for would go unheard.
    [errorMonitor]: notice,
    connect: ({ connection }: WithConnection) => certificates.see(connection?.stream),
    release(error: unknown) {
      if (error instanceof Error && explain(error) !== 'unexpected_response') notice();
    },
  });
}

interface FreshClient extends WithConnection {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  end(): Promise<void>;
  on(event: 'error', listener: () => void): unknown;
}

interface Telling {
  /** pg keeps the class that it makes clients of. */
  readonly Client?: new (
    options: object,
  ) => FreshClient;
  /** The password is there, but is not listed. */
  readonly options: { readonly password?: unknown; readonly stream?: () => Socket };
}

/** A connection as the pool would make it, outside the pool. */
async function freshConnection(pool: PostgresPool, certificates: Certificates, signal: AbortSignal): Promise<void> {
  const { Client, options } = pool as unknown as Telling;
  if (Client === undefined) throw new Untold('The pool does not tell how it connects');
  const socket = options.stream?.() ?? postgresSocket();
  const client = new Client({ ...options, password: options.password, stream: () => socket });
  client.on('error', () => {});
  withTls(client, certificates);
  try {
    await orAborted(client.connect(), signal);
    await orAborted(client.query('SELECT 1'), signal);
    client.end().catch(() => {});
    (client.connection?.stream ?? socket).destroySoon();
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
