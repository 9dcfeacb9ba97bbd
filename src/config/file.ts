import { resolve } from 'node:path';
import type { ErrorCode } from '../base/errors.ts';
import { readAtMost } from '../base/read-file.ts';
import { oneLine } from '../base/shown.ts';
import { ConfigError } from './error.ts';
import type { Source } from './source.ts';
import { yamlSource } from './yaml.ts';

/** Read from the working folder when no other file is named. */
export const usualFile = 'probity.yaml';

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, got a folder',
  EACCES: 'no permission to read it',
  EFBIG: 'too large',
};

/** Of a configuration, in bytes; and of any other text, such as manifests. */
export const longest: Readonly<Record<'configuration' | 'text', number>> = { configuration: 262_144, text: 8_388_608 };

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
  const bytes = read(resolve(folder, file ?? usualFile), shown, longest.configuration, file === undefined);
  return bytes && yamlSource(decoded(bytes, shown), shown, env);
}

/**
 * The text of a file.
 *
 * @throws ConfigError, with a code where it is no file of the configuration, when it cannot be read.
 */
export function readText(file: string, code?: ErrorCode): string {
  const shown = oneLine(file);
  return decoded(read(resolve(file), shown, longest.text, false, code) as Buffer, shown, code);
}

/** The text, without a byte order mark. */
function decoded(bytes: Uint8Array, file: string, code?: ErrorCode): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(file, 'expected text in UTF-8', code);
  }
}

function read(
  path: string,
  shown: string,
  mostBytes: number,
  mayBeMissing: boolean,
  kind?: ErrorCode,
): Buffer | undefined {
  try {
    return readAtMost(path, mostBytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && mayBeMissing) return undefined;
    throw new ConfigError(shown, problems[code] ?? `cannot be read (${code})`, kind);
  }
}
