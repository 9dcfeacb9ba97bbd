import { resolve } from 'node:path';
import { ConfigError } from './error.ts';
import { oneLine } from './show.ts';
import type { Source } from './source.ts';
import { yamlSource } from './yaml.ts';

/** Read from the working folder when no other file is named. */
export const usualFile = 'probity.yaml';

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, got a folder',
  EACCES: 'no permission to read it',
};

/** An import of node:fs loads its promises and readline as well, for nothing. */
const { readFileSync } = process.getBuiltinModule('node:fs');

/**
 * The configuration in `file`; without one, in the folder's own file, if there is any.
 *
 * @throws ConfigError when the file cannot be read, or for the first mistake of syntax in it.
 */
export async function fileSource(
  file: string | undefined,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Source | undefined> {
  const shown = oneLine(file ?? usualFile);
  const bytes = read(resolve(folder, file ?? usualFile), shown, file === undefined);
  return bytes && yamlSource(decoded(bytes, shown), shown, env);
}

/**
 * The text of a file.
 *
 * @throws ConfigError when it cannot be read.
 */
export function readText(file: string): string {
  const shown = oneLine(file);
  return decoded(read(resolve(file), shown, false) as Buffer, shown);
}

/** The text, without a byte order mark. */
function decoded(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(file, 'expected text in UTF-8');
  }
}

function read(path: string, shown: string, mayBeMissing: boolean): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return undefined;
    throw new ConfigError(shown, problems[code] ?? `cannot be read (${code})`);
  }
}
