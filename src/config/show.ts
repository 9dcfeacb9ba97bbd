import { oneLine } from '../base/shown.ts';
import type { Path } from './source.ts';

/** What is named like this is a secret. */
export const secretName: RegExp = /pass|pwd|secret|token|key|auth|cred|cookie|session|signature/i;
const scheme = /^[a-z][a-z0-9+.-]{0,15}:\/\//i;

/**
 * A value as a message may show it. Of a URL only the scheme is shown, as a malformed one can hold its password
 * anywhere; nothing is shown of what has a secret's name, be it the key or one of the environment `variables`.
 */
export function shownValue(value: unknown, path: Path, variables: readonly string[]): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (path.includes('headers') || [path.at(-1) ?? '', ...variables].some((name) => secretName.test(name))) return '***';
  const text = String(value);
  if (path.at(-1) === 'url' || path.at(-1) === 'redis' || looksSecret(text))
    return `${scheme.exec(text)?.[0] ?? ''}***`;
  return typeof value === 'string' ? oneLine(JSON.stringify(shortened(text))) : text;
}

/** A key as a message may show it. */
export function shownKey(key: string): string {
  return looksSecret(key) ? '***' : oneLine(shortened(key));
}

/** `checks.database.status[0]` */
export function shownPath(path: Path): string {
  return path
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${shownKey(key)}`))
    .join('')
    .replace(/^\./, '');
}

/** `a`, `a or b`, `a, b or c` */
export function listed(words: readonly unknown[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ');
}

function looksSecret(text: string): boolean {
  return /:\/\/|@/.test(text);
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
