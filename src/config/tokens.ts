import { resolve } from 'node:path';
import { oneLine } from '../shown.ts';
import { ConfigError } from './error.ts';
import type { Source } from './source.ts';

const { readFileSync } = process.getBuiltinModule('node:fs');

/**
 * `name:token,name2:token2`, or a line each, as they are to be judged by the schema. What has no colon is a token
 * without a name: it is never shown.
 */
export function tokensIn(text: string): { name: string; token?: string }[] {
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
 * The tokens that stand in a file, such as a mounted secret.
 *
 * @throws ConfigError when it cannot be read.
 */
export function tokensSource(file: string, folder: string): Source {
  const shown = oneLine(file);
  return {
    content: { access: { tokens: tokensIn(read(resolve(folder, file), shown)) } },
    place: () => `tokens file ${shown}`,
    variables: () => ['TOKENS'],
  };
}

function read(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`tokens file ${shown}`, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
