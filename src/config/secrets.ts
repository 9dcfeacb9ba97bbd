import type { Settings } from './settings.ts';
import { secretName } from './show.ts';

/**
 * Everything in the settings that no log may show, in each form in which a driver may repeat it: passwords and user info
 * of URLs, secrets in their queries, tokens, and the values of headers.
 */
export function secretsOf({ checks, access, fleet }: Pick<Settings, 'checks' | 'access' | 'fleet'>): string[] {
  const urls = [...Object.values(checks).map(({ url }) => url), ...(fleet ? [fleet.redis] : [])];
  const headers = Object.values(checks).flatMap((check) =>
    check.kind === 'http' ? Object.values(check.headers ?? {}) : [],
  );
  const tokens = access?.tokens?.map(({ token }) => token) ?? [];
  return [...new Set([...urls.flatMap(inUrl), ...headers.flatMap(inHeader), ...tokens].flatMap(formsOf))];
}

/**
 * Not by `URL`, which knows only one host: a fleet's URL may name several. A user without a password is a name to most
 * servers, and to an HTTP service a token.
 */
function inUrl(url: string): string[] {
  const [, scheme = '', userInfo = '', query = ''] = /^([^:]+):\/\/(?:([^/?#]*)@)?[^?#]*(?:\?([^#]*))?/.exec(url) ?? [];
  const colon = userInfo.indexOf(':');
  const password = colon === -1 ? '' : userInfo.slice(colon + 1);
  const user = colon === -1 && /^https?$/i.test(scheme) ? userInfo : '';
  const parameters = query.split('&').flatMap((parameter) => {
    const equals = parameter.indexOf('=');
    return secretName.test(parameter.slice(0, equals)) ? [parameter.slice(equals + 1)] : [];
  });
  // As a client sends them: `Authorization: Basic …`.
  const basic = password === '' ? '' : Buffer.from(decoded(userInfo)).toString('base64');
  return [password, colon === -1 ? '' : userInfo, user, basic, ...parameters];
}

/** `Bearer abc` is a secret, and so is `abc`; `Basic …` holds a user and a password. */
function inHeader(value: string): string[] {
  const [, scheme = '', rest = ''] = /^(\S+) +(\S+)$/.exec(value.trim()) ?? [];
  const basic = /^basic$/i.test(scheme) ? Buffer.from(rest, 'base64').toString() : '';
  return [value.trim(), rest, basic, basic.slice(basic.indexOf(':') + 1)];
}

/** As it is written, percent-decoded and percent-encoded, and each of them as it stands in JSON or in an inspection. */
function formsOf(secret: string): string[] {
  const plain = decoded(secret);
  const encoded = encodeURIComponent(plain);
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const forms = [secret, plain, encoded, lower];
  const quoted = forms.map((form) => JSON.stringify(form).slice(1, -1));
  return [...forms, ...quoted, ...quoted.map((form) => JSON.stringify(form).slice(1, -1))].filter(
    (form) => form !== '',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
