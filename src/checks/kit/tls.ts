import { readFileSync } from 'node:fs';
import type { SecureContext, TLSSocket } from 'node:tls';
import { typeError } from '../../base/errors.ts';
import { isObject } from '../../base/is-object.ts';
import { UrlError } from '../../base/url.ts';
import { CheckFailure } from '../../health/checker.ts';

/**
 * How the server is known and how it knows this client. Each part but the name is PEM, or the path of a file of it that
 * is read again for each connection, so that what is rotated is taken up without a restart.
 */
export interface TlsOptions {
  /** The authorities that are trusted, in place of those that Node trusts. */
  ca?: string | undefined;
  /** The certificate that is shown to the server, with those between it and its authority. */
  cert?: string | undefined;
  /** Its key, without a passphrase. */
  key?: string | undefined;
  /** The name that the server's certificate has to have; the host of the URL when left out. */
  servername?: string | undefined;
}

export interface WithTls {
  /** For URLs of TLS; of PostgreSQL, whose URLs may leave that open, it asks for TLS. */
  tls?: TlsOptions | undefined;
}

/** As `tls.connect` takes it. */
export interface TlsMaterial {
  secureContext?: SecureContext;
  servername?: string;
}

type Part = 'ca' | 'cert' | 'key';

const parts: readonly Part[] = ['ca', 'cert', 'key'];

/**
 * What the next connection is to be made with. The function fails as `tls` when a file is no longer what it should be.
 *
 * @throws TypeError naming the part, when it is not what it should be now.
 */
export function tlsMaterial(options: TlsOptions | undefined): () => TlsMaterial {
  if (options === undefined) return () => ({});
  prove(options);
  const { servername } = options;
  const name = servername === undefined ? {} : { servername };
  const secured = parts.some((part) => options[part] !== undefined);
  let known: { text: string; secureContext: SecureContext } | undefined;

  const current = (): TlsMaterial => {
    if (!secured) return name;
    const pems = parts.map((part) => read(part, options[part]));
    const text = JSON.stringify(pems);
    if (known?.text !== text) known = { text, secureContext: contextOf(pems) };
    return { ...name, secureContext: known.secureContext };
  };

  current();
  return () => {
    try {
      return current();
    } catch (error) {
      throw new CheckFailure('tls', (error as Error).message, { cause: error });
    }
  };
}

/** @throws UrlError when `tls` is given and the URL speaks of no TLS. */
export function tlsWith(
  options: TlsOptions | undefined,
  url: string,
  isSecure: boolean,
  scheme: string,
): () => TlsMaterial {
  if (options !== undefined && !isSecure) throw new UrlError(url, `a ${scheme}:// URL beside \`tls\``);
  return tlsMaterial(options);
}

function prove(options: TlsOptions): void {
  if (!isObject(options))
    throw typeError('PROBITY_TLS', 'Expected `tls` to be an object of ca, cert, key and servername');
  for (const [name, value] of Object.entries(options)) {
    if (![...parts, 'servername'].includes(name))
      throw typeError(
        'PROBITY_UNKNOWN_OPTION',
        `Expected \`tls\` to have ca, cert, key and servername alone, got \`${name}\``,
      );
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw typeError('PROBITY_TLS', `Expected \`tls.${name}\` to be a string that is not empty`);
  }
  const { cert, key } = options;
  if ((cert === undefined) !== (key === undefined))
    throw typeError(
      'PROBITY_TLS',
      `Expected \`tls.${cert === undefined ? 'cert' : 'key'}\` beside the other one of cert and key`,
    );
}

/** PEM has a header, which no path has. */
const isPem = (value: string): boolean => value.includes('-----BEGIN ');

function read(part: Part, value: string | undefined): string | undefined {
  if (value === undefined || isPem(value)) return value;
  try {
    return readFileSync(value, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw typeError(
      'PROBITY_TLS',
      `Expected \`tls.${part}\` to be PEM or the path of a file of it, got ${shown(value)} (${code})`,
    );
  }
}

/** A key that was pasted without its header is no path, and is not shown. */
const shown = (path: string): string => (/^\.{0,2}\/|\.\w{1,8}$/.test(path) ? `\`${path}\`` : 'something else');

/** The parts one by one: OpenSSL does not say which of them is at fault, and passes over a list without a certificate. */
function contextOf([ca, cert, key]: readonly (string | undefined)[]): SecureContext {
  const { X509Certificate, createPrivateKey } = process.getBuiltinModule('node:crypto');
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  const needs = (part: Part, what: string, work: () => unknown): void => {
    try {
      work();
    } catch {
      throw typeError('PROBITY_TLS', `Expected \`tls.${part}\` to hold ${what} as PEM`);
    }
  };
  if (ca !== undefined) needs('ca', 'certificates', () => new X509Certificate(ca));
  if (cert !== undefined && key !== undefined) {
    needs('cert', 'a certificate', () => new X509Certificate(cert));
    needs('key', 'a key without a passphrase', () => createPrivateKey(key));
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw typeError('PROBITY_TLS', 'Expected `tls.key` to be the key of `tls.cert`');
  }
  try {
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    throw typeError('PROBITY_TLS', `Expected \`tls\` to be what OpenSSL takes: ${(error as Error).message}`);
  }
}

/** When the server's certificate expires, as the latest handshake has shown. */
export interface Certificates {
  /** Looks at a socket once: at its certificate, or at the one that its handshake will show. Others are passed over. */
  see(socket: unknown): void;
  /** In milliseconds since 1970. */
  expiry(): number | undefined;
}

export function seenCertificates(): Certificates {
  let expiry: number | undefined;
  const look = (socket: TLSSocket): boolean => {
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined) expiry = Date.parse(certificate.validTo);
    return certificate !== undefined;
  };
  return {
    see(socket) {
      if (isTls(socket) && !look(socket)) socket.once('secureConnect', () => look(socket));
    },
    expiry: () => expiry,
  };
}

const isTls = (socket: unknown): socket is TLSSocket =>
  typeof socket === 'object' && socket !== null && 'getPeerX509Certificate' in socket;
