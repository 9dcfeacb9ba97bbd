import type { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from '../../health/checker.ts';
import type { BorrowedOptions } from '../kit/borrowed.ts';
import { type Connection, type Events, overOneConnection } from '../kit/connection.ts';
import { proveOptions } from '../kit/options.ts';
import { explainer } from '../kit/reason.ts';
import { type Certificates, seenCertificates, type TlsOptions, tlsMaterial, type WithTls } from '../kit/tls.ts';
import { loadPg, type PgDriver } from './driver.ts';
import type { PostgresPool } from './loan.ts';
import { poolChecker } from './pool.ts';
import { pgbouncerRule, postgresRule } from './reasons.ts';
import { postgresSocket, withTls } from './socket.ts';
import { proveFiles, proveUrl, withoutTls } from './url.ts';

export interface PostgresOptions {
  /** Fail as `read_only` on a standby, or where transactions are read-only by default. */
  writable?: boolean | undefined;
}

/**
 * Checks PostgreSQL with `SELECT 1`, on one connection of its own or with the application's pool.
 *
 * @param url `postgres://user:password@host:port/database`, as pg reads it.
 */
export function postgres(
  pool: PostgresPool,
  options?: PostgresOptions & BorrowedOptions & CheckOptions,
): CheckDefinition;
export function postgres(url: string, options?: PostgresOptions & WithTls & CheckOptions): CheckDefinition;
export function postgres(
  dependency: string | PostgresPool,
  options: PostgresOptions & BorrowedOptions & WithTls & CheckOptions = {},
): CheckDefinition {
  const isPool = typeof dependency === 'object' && dependency !== null;
  proveOptions(options, isPool ? { writable: true, escalateAfter: true } : { writable: true, tls: true });
  const { writable = false, escalateAfter, tls, ...run } = options;
  const explain = explainer(pgbouncerRule, postgresRule);
  const checker = isPool
    ? poolChecker(dependency, writable, explain, escalateAfter)
    : { ...urlChecker(dependency, writable, tls), explain };
  return { ...run, checker };
}

function urlChecker(url: string, writable: boolean, tls: TlsOptions | undefined): Omit<Checker, 'explain'> {
  proveUrl(url);
  const connectionString = tls === undefined ? url : withoutTls(url);
  proveFiles(connectionString);
  const certificates = seenCertificates();
  const material = tlsMaterial(tls);
  const dial = ({ Client }: PgDriver): Dialling => {
    const { servername, ...ssl } = material();
    return newClient(Client, tls === undefined ? { connectionString } : { connectionString, ssl }, servername);
  };
  return {
    ...overOneConnection(loadPg, (driver, events) => connect(dial(driver), certificates, writable, events)),
    certificateExpiry: certificates.expiry,
  };
}

interface Dialling {
  readonly client: InstanceType<PgDriver['Client']>;
  readonly socket: Socket;
}

/** pg takes one host to connect to and to hold the certificate against: with a name for this, the socket knows that. */
function newClient(Client: PgDriver['Client'], config: ClientConfig, servername: string | undefined): Dialling {
  const socket = postgresSocket();
  const client = new Client({ ...config, stream: () => socket, fallback_application_name: 'probity' });
  if (servername !== undefined) {
    socket.host = client.host;
    Object.assign(client, { host: servername });
  }
  return { client, socket };
}

function connect(
  { client, socket }: Dialling,
  certificates: Certificates,
  writable: boolean,
  events: Events,
): Connection {
  withTls(client as object, certificates);
  client.on('error', events.lost);
  client.on('end', events.lost);
  const open = client.connect();
  return {
    async roundTrip() {
      await open;
      if (!writable) await client.query('SELECT 1');
      // On a standby it is always on; a `default_transaction_read_only` of database, role or server shows as well.
      else if ((await client.query('SHOW transaction_read_only')).rows[0]?.transaction_read_only !== 'off') {
        throw new CheckFailure('read_only', 'Transactions are read-only');
      }
    },
    // Not `client.end()`: that waits for the server to close. Without its connection the server cancels nothing that
    // is worth waiting for, and pg rejects what is pending as soon as the socket is closed.
    destroy: () => socket.destroy(),
  };
}
