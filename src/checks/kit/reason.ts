import type { Reason } from '../../../generated/contract/types.gen.ts';
import { CheckFailure } from '../../health/checker.ts';

/** What one error of a dependency says for itself, as far as strings go: the rest differs from driver to driver. */
export interface Symptom {
  code: string;
  name: string;
  message: string;
}

/** Knows the errors of one kind of dependency; undefined when an error is none of them. */
type ReasonRule = (symptom: Symptom) => Reason | undefined;

/** Errors name each other as causes, in circles even: this many are looked at. */
const mostErrors = 20;

const networkReasons: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'unavailable',
  ECONNABORTED: 'unavailable',
  EPIPE: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENETDOWN: 'unavailable',
  EHOSTUNREACH: 'unavailable',
  EHOSTDOWN: 'unavailable',
  ENOTFOUND: 'dns',
  ETIMEDOUT: 'timeout',
  EPROTO: 'tls',
};

/**
 * Turns the rules of a dependency into an `explain`. The first error that anything is known about decides, looked for
 * in the error itself, then in its causes and in the errors that it gathers. Never throws, whatever it is given.
 */
export function explainer(...rules: readonly ReasonRule[]): (error: unknown) => Reason {
  return (error) => {
    try {
      return firstReason(error, [...rules, networkRule]) ?? 'unavailable';
    } catch {
      return 'unavailable'; // A getter or a proxy that throws.
    }
  };
}

/** What an error of Node's sockets, name look-ups and TLS means. */
export const explainNetworkError: (error: unknown) => Reason = explainer();

function firstReason(error: unknown, rules: readonly ReasonRule[]): Reason | undefined {
  const found = [error];
  // `found` grows while it is walked.
  for (const [index, value] of found.entries()) {
    if (index === mostErrors) break;
    if (value instanceof CheckFailure) return value.reason;
    const symptom = symptomOf(value);
    for (const rule of rules) {
      const reason = rule(symptom);
      if (reason) return reason;
    }
    if (typeof value !== 'object' || value === null) continue;
    if ('cause' in value) found.push(value.cause);
    if ('errors' in value && Array.isArray(value.errors)) found.push(...value.errors.slice(0, mostErrors));
  }
  return undefined;
}

function symptomOf(value: unknown): Symptom {
  if (typeof value === 'string') return { code: '', name: '', message: value };
  const { code, name, message } = Object(value) as Record<string, unknown>;
  return { code: text(code), name: text(name), message: text(message) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function networkRule({ code, name, message }: Symptom): Reason | undefined {
  if (Object.hasOwn(networkReasons, code)) return networkReasons[code];
  // Nobody listens on a Unix socket that is not there; other files may be missing as well.
  if (message.startsWith('connect ENOENT')) return 'refused';
  // A run is aborted by nothing but its deadline.
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  if (code.startsWith('EAI_')) return 'dns';
  // OpenSSL's verdicts on a certificate, and what Node adds of its own.
  if (/^(CERT_|CRL_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_)/.test(code))
    return 'tls';
  if (/TIMEOUT$/.test(code)) return 'timeout';
  return undefined;
}
