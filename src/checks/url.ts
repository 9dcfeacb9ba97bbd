/**
 * The parsed URL of a dependency.
 *
 * @throws TypeError naming the option and its value, without the credentials, when `url` is not of one of `schemes`.
 */
export function dependencyUrl(url: string, schemes: readonly [string, ...string[]]): URL {
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  if (parsed && schemes.includes(parsed.protocol.slice(0, -1)) && decodable(parsed)) return parsed;
  throw new TypeError(`Expected \`url\` to be a ${schemes[0]}:// URL, got \`${masked(String(url))}\``);
}

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
