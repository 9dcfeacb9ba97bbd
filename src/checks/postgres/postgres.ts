import type { Socket } from 'node:net';
import type { ClientConfig } from 'pg';
import type { Reason } from '../../../generated/contract/types.gen.ts';
import { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from '../../health/checker.ts';
import type { BorrowedOptions } from '../kit/borrowed.ts';
import { type Connection, type Events, overOneConnection } from '../kit/connection.ts';
import { loadDriver } from '../kit/driver.ts';
import { proveOptions } from '../kit/options.ts';
import { explainer, type Symptom } from '../kit/reason.ts';
import { type Certificates, seenCertificates, type TlsOptions, tlsMaterial, type WithTls } from '../kit/tls.ts';
import type { PostgresPool } from './loan.ts';
import { poolChecker } from './pool.ts';
import { postgresSocket, withTls } from './socket.ts';
import { proveFiles, proveUrl, withoutTls } from './url.ts';

export interface PostgresOptions {
  /** Fail as `read_only` on a standby, or where transactions are read-only by default. */
  writable?: boolean | undefined;
}

type Driver = Pick<typeof import('pg'), 'Client'>;

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
  const load = (): Promise<Driver> => loadDriver('pg', () => import('pg'));
  const certificates = seenCertificates();
  const material = tlsMaterial(tls);
  const dial = ({ Client }: Driver): Dialling => {
    const { servername, ...ssl } = material();
    return newClient(Client, tls === undefined ? { connectionString } : { connectionString, ssl }, servername);
  };
  return {
    ...overOneConnection(load, (driver, events) => connect(dial(driver), certificates, writable, events)),
    certificateExpiry: certificates.expiry,
  };
}

interface Dialling {
  readonly client: InstanceType<Driver['Client']>;
  readonly socket: Socket;
}

/** pg takes one host to connect to and to hold the certificate against: with a name for this, the socket knows that. */
function newClient(Client: Driver['Client'], config: ClientConfig, servername: string | undefined): Dialling {
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

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const states: Readonly<Record<string, Reason>> = {
  '08P01': 'protocol',
  '25006': 'read_only',
  '3D000': 'not_found',
  '42501': 'auth', // No right to connect to this database.
  '53300': 'too_many_connections',
  '57014': 'timeout', // The server's own statement_timeout.
  '57P03': 'starting',
};

/** The same by class, the first two characters. */
const classes: Readonly<Record<string, Reason>> = {
  '08': 'unavailable',
  '28': 'auth',
  '53': 'overloaded',
  '57': 'unavailable',
};

/** PgBouncer says all that it refuses under one SQLSTATE, that of a violated protocol. */
function pgbouncerRule({ code, message }: Symptom): Reason | undefined {
  if (code !== '08P01') return undefined;
  if (/no more connections allowed|too many (clients|connections)/i.test(message)) return 'too_many_connections';
  if (/query_wait_timeout/.test(message)) return 'pool_saturated';
  if (/no such database|database .* does not exist/.test(message)) return 'not_found';
  if (/authentication failed|no such user/.test(message)) return 'auth';
  if (/pgbouncer cannot connect|server_login_retry|shutting down/i.test(message)) return 'unavailable';
  return undefined;
}

function postgresRule({ code, message }: Symptom): Reason | undefined {
  // A SQLSTATE has a digit in it, an error code of Node hasn't.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return states[code] ?? classes[code.slice(0, 2)] ?? 'unexpected_response';
  if (/timeout/.test(message)) return 'timeout'; // The pool's own, on the way to a connection.
  if (message.startsWith('SASL:')) return 'auth';
  if (/SSL connection/.test(message)) return 'tls';
  if (message.startsWith('received invalid response')) return 'protocol';
  return undefined;
}
