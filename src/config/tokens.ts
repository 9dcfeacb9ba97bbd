import { resolve } from 'node:path';
import { readAtMost } from '../base/read-file.ts';
import { oneLine } from '../base/shown.ts';
import { ConfigError } from './error.ts';
import type { Source } from './source.ts';

/** Of a file with tokens, in bytes. */
export const longestTokensFile = 262_144;

/**
 * `name:token,name2:token2`, or a line each, as they are to be judged by the schema. What has no colon is a token
 * without a name: it is never shown.
 */
export function tokensIn(text: string): { name: string; token: string }[] {
  return text
    .split(/[,\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('#'))
    .map((entry) => {
      const colon = entry.indexOf(':');
      return { name: entry.slice(0, Math.max(0, colon)), token: entry.slice(colon + 1) };
    });
}

/**
 * The text of a file with tokens, such as a mounted secret.
 *
 * @throws ConfigError when it cannot be read.
 */
export function readTokens(file: string, folder: string): string {
  try {
    return readAtMost(resolve(folder, file), longestTokensFile).toString('utf8');
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** @throws ConfigError when there is none: who names a file means to need a token. */
export function tokensSource(text: string, file: string): Source {
  const tokens = tokensIn(text);
  if (tokens.length === 0) throw new ConfigError(placeOf(file), 'expected lines such as name:token, got none');
  return { content: { access: { tokens } }, place: () => placeOf(file), variables: () => ['TOKENS'] };
}

export function unreadable(file: string, error: unknown): ConfigError {
  return new ConfigError(placeOf(file), `cannot be read (${(error as NodeJS.ErrnoException).code})`);
}

const placeOf = (file: string): string => `tokens file ${oneLine(file)}`;
