import type { Reason } from '../../../generated/contract/types.gen.ts';
import type { Symptom } from '../kit/reason.ts';

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
export function pgbouncerRule({ code, message }: Symptom): Reason | undefined {
  if (code !== '08P01') return undefined;
  if (/no more connections allowed|too many (clients|connections)/i.test(message)) return 'too_many_connections';
  if (/query_wait_timeout/.test(message)) return 'pool_saturated';
  if (/no such database|database .* does not exist/.test(message)) return 'not_found';
  if (/authentication failed|no such user/.test(message)) return 'auth';
  if (/pgbouncer cannot connect|server_login_retry|shutting down/i.test(message)) return 'unavailable';
  return undefined;
}

export function postgresRule({ code, message }: Symptom): Reason | undefined {
  // A SQLSTATE has a digit in it, an error code of Node hasn't.
  if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return states[code] ?? classes[code.slice(0, 2)] ?? 'unexpected_response';
  if (/timeout/.test(message)) return 'timeout'; // The pool's own, on the way to a connection.
  if (message.startsWith('SASL:')) return 'auth';
  if (/SSL connection/.test(message)) return 'tls';
  if (message.startsWith('received invalid response')) return 'protocol';
  return undefined;
}
