import { dependencyUrl, oneOf, text, UrlError, type UrlParameters, wholeNumber } from '../../base/url.ts';

const { readFileSync } = process.getBuiltinModule('node:fs');

const milliseconds = wholeNumber(0, 2_147_483_647);
const oneHost = 'one host: pg knows only one';

/** What pg takes from a query. It hands on what it does not know, to nobody. */
const parameters: UrlParameters = {
  host: (value) => (value.includes(',') ? oneHost : text(value)),
  port: wholeNumber(1, 65_535),
  user: text,
  password: text,
  application_name: text,
  fallback_application_name: text,
  client_encoding: text,
  options: text,
  statement_timeout: milliseconds,
  lock_timeout: milliseconds,
  idle_in_transaction_session_timeout: milliseconds,
  query_timeout: milliseconds,
  // pg takes `ssl=false` for a yes.
  ssl: oneOf('true', '1', '0', 'no-verify'),
  sslmode: oneOf('disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'),
  sslrootcert: text,
  sslcert: text,
  sslkey: text,
  sslnegotiation: oneOf('postgres', 'direct'),
  uselibpqcompat: oneOf('true'),
};

/** What is known elsewhere, and has another name or no meaning here. */
const elsewhere: Readonly<Record<string, string>> = {
  target_session_attrs:
    'a URL without `target_session_attrs`, which pg does not know (`writable: true` asks for a primary)',
  connect_timeout: 'a URL without `connect_timeout`, which pg does not know (`timeout` is the deadline of a run)',
  dbname: 'a URL without `dbname`, which pg does not know (the database is the path)',
};

/**
 * `postgres://user:password@host:port/database`, as pg reads it. The host may be left out in favour of a Unix socket in
 * `?host=`, which is no URL to anybody but PostgreSQL's clients.
 *
 * @throws UrlError naming what pg would leave out or misread, without the credentials
 */
export function proveUrl(url: string): void {
  const [, authority = ''] = /^postgres(?:ql)?:\/\/([^/?#]*)/.exec(url) ?? [];
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) throw new UrlError(url, `a URL with ${oneHost}`);
  const target = dependencyUrl(String(url).replace('@/', '@localhost/'), ['postgres', 'postgresql']);
  const { searchParams, pathname } = target;
  const foreign = [...searchParams.keys()].find((name) => Object.hasOwn(elsewhere, name));
  if (foreign !== undefined) throw new UrlError(url, elsewhere[foreign] as string);
  dependencyUrl(target.href, ['postgres', 'postgresql'], parameters);
  if (pathname.lastIndexOf('/') > 0)
    throw new UrlError(url, 'a postgres:// URL with the `/` in its database written as %2F');
  proveTls(url, searchParams);
}

function proveTls(url: string, given: URLSearchParams): void {
  const needsCa = given.get('uselibpqcompat') === 'true' && given.get('sslmode') === 'verify-ca';
  if (needsCa && !given.has('sslrootcert')) throw new UrlError(url, 'a URL with `sslrootcert` for `sslmode=verify-ca`');
  if (given.has('sslcert') !== given.has('sslkey')) throw new UrlError(url, 'a URL with both `sslcert` and `sslkey`');
  if (given.get('sslmode') === 'disable' && given.has('sslrootcert'))
    throw new UrlError(url, 'a URL without `sslrootcert` where `sslmode` is disable');
}

/**
 * Certificates are read by pg when it connects: one that is not there is told before.
 *
 * @throws UrlError naming the parameter
 */
export function proveFiles(url: string): void {
  const { searchParams } = new URL(url.replace('@/', '@localhost/'));
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = searchParams.get(name);
    if (file !== null && !isPem(file))
      throw new UrlError(url, `a URL whose \`${name}\` is a PEM file that can be read`);
  }
}

function isPem(file: string): boolean {
  try {
    return readFileSync(file, 'latin1').includes('-----BEGIN ');
  } catch {
    return false;
  }
}

/** What a URL may say of TLS beside `tls`: that it is to be spoken, with a server that is who it should be. */
const besideTls: Readonly<Record<string, readonly string[]>> = {
  sslmode: ['require', 'verify-ca', 'verify-full'],
  ssl: ['true', '1'],
};

/**
 * The URL without what `tls` says in its stead: pg lets the URL win.
 *
 * @throws UrlError naming what contradicts `tls`
 */
export function withoutTls(url: string): string {
  const [place = '', query = ''] = url.split('?', 2);
  const rest = new URLSearchParams(query);
  for (const [name, value] of new URLSearchParams(query)) {
    if (!/^(ssl(mode|cert|key|rootcert)?|uselibpqcompat)$/.test(name)) continue;
    if (!besideTls[name]?.includes(value)) throw new UrlError(url, `a URL that leaves \`${name}\` to \`tls\``);
    rest.delete(name);
  }
  return rest.size === 0 ? place : `${place}?${rest}`;
}
