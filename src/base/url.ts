import type { ErrorCode } from './errors.ts';

/** A URL that says what cannot be honoured. */
export class UrlError extends TypeError {
  readonly code: ErrorCode = 'PROBITY_URL';
  readonly #expected: string;

  constructor(url: unknown, expected: string) {
    super(`Expected \`url\` to be ${expected}, got \`${masked(String(url)).replace(/\?.*/s, '?***')}\``);
    this.#expected = expected;
  }

  /** What was expected of it, as in "expected …, got …". */
  get expected(): string {
    return this.#expected;
  }
}

/** What each parameter of a query may say: nothing when the value is right, or what it is to be. */
export type UrlParameters = Readonly<Record<string, (value: string) => string | undefined>>;

/**
 * The parsed URL of a dependency. Nothing in it is left out in silence: what is not known is refused by its name.
 *
 * @throws UrlError naming the option, what is wrong with it and its value, without the credentials.
 */
export function dependencyUrl(url: string, schemes: readonly [string, ...string[]], parameters?: UrlParameters): URL {
  const [first] = schemes;
  if (typeof url === 'string' && schemes.some((scheme) => url.startsWith(`${scheme}://`))) proveParts(url);
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1)) || !decodable(parsed))
    throw new UrlError(url, `a ${first}:// URL`);
  if (parameters !== undefined) proveParameters(url, parsed.searchParams, parameters);
  return parsed;
}

const escapes: Readonly<Record<string, string>> = { '/': '%2F', '?': '%3F', '#': '%23', '@': '%40' };

/**
 * What `URL` takes for another part than it was meant to be: a password with a character in it that ends one.
 *
 * @throws UrlError
 */
export function proveParts(url: string): void {
  const isHttp = /^https?:/i.test(url);
  const rest = url.slice(url.indexOf('://') + 3);
  const end = rest.search(/[/?#]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const unescaped = unescapedIn(authority, end === -1 ? '' : rest.slice(end), isHttp);
  if (unescaped !== undefined)
    throw new UrlError(url, `a URL with the \`${unescaped}\` in its password written as ${escapes[unescaped]}`);
  if (rest.includes('#')) throw new UrlError(url, 'a URL without a fragment (a `#` that is meant is written as %23)');
}

function unescapedIn(authority: string, after: string, isHttp: boolean): string | undefined {
  if (authority.indexOf('@') !== authority.lastIndexOf('@')) return '@';
  if (authority.includes('@') || !after.includes('@')) return undefined;
  // A path of HTTP may have an @ in it, and so may the value of any parameter.
  const isHost = /^(\[[^\]]*\]|[^:]*)(:\d*)?$/.test(authority);
  const before = after.slice(0, after.indexOf('@'));
  return isHost && (isHttp || before.includes('?')) ? undefined : after[0];
}

/** @throws UrlError for the first parameter that is not known, is given twice or has a wrong value */
export function proveParameters(url: string, given: URLSearchParams, known: UrlParameters): void {
  for (const [name, value] of given) {
    const prove = Object.hasOwn(known, name) ? known[name] : undefined;
    if (prove === undefined) throw new UrlError(url, `a URL without ${shownParameter(name)}${among(known)}`);
    if (given.getAll(name).length > 1) throw new UrlError(url, `a URL with one \`${name}\``);
    const expected = prove(value);
    if (expected !== undefined) throw new UrlError(url, `a URL whose \`${name}\` is ${expected}`);
  }
}

function among(known: UrlParameters): string {
  const names = Object.keys(known);
  return names.length === 0 ? '' : `, known are ${names.join(', ')}`;
}

/** Parameters that other clients know. Any other word may be a piece of a password with a `?` in it. */
const common: ReadonlySet<string> = new Set(
  `db database dbname user username password host hostaddr port path family tls ssl sslmode schema search_path
  currentSchema connection_limit pool_timeout connect_timeout socket_timeout pgbouncer channel_binding gssencmode
  target_session_attrs load_balance_hosts keepalives replication service passfile sslcrl sslpassword requiressl
  cacertfile certfile keyfile verify auth_mechanism connection_timeout name role keyPrefix client_name timeout protocol
  lazyConnect maxRetriesPerRequest maxFrameSize`.split(/\s+/),
);

const shownParameter = (name: string): string =>
  common.has(name) ? `the parameter \`${name}\`` : 'a parameter that is not known';

/** A parameter that is one of these words. */
export const oneOf =
  (...words: readonly string[]) =>
  (value: string): string | undefined =>
    words.includes(value) ? undefined : `one of ${words.join(', ')}`;

/** A parameter that is a whole number. */
export const wholeNumber =
  (least: number, most: number) =>
  (value: string): string | undefined =>
    /^\d{1,10}$/.test(value) && Number(value) >= least && Number(value) <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;

/** A parameter that says something, whatever. */
export const text = (value: string): string | undefined => (value === '' ? 'not empty' : undefined);

/** A URL that may be shown: no user, no password, not even when it is too broken to be parsed. */
export function masked(url: string): string {
  return url
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1***@')
    .replace(/((?:password|passwd|pwd|pass|secret|token|key)=)[^&#\s]*/gi, '$1***');
}

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Drivers decode these parts, and throw at the first connection when they can't. */
function decodable({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password + pathname);
    return true;
  } catch {
    return false;
  }
}
