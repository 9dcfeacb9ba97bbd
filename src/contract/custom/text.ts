import { relative } from 'node:path';
import { readAtMost } from '../../base/read-file.ts';
import { ContractError } from './error.ts';

/** Of each file, in bytes. */
const longest = 8_388_608;

/** The path as people know it: from the working folder. */
export const shownPath = (path: string): string => relative('.', path) || path;

/**
 * The text of a document's file.
 *
 * @throws ContractError when it cannot be read, or is too large
 */
export function readText(path: string): string {
  try {
    return readAtMost(path, longest).toString('utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ContractError(shownPath(path), problems[code] ?? `cannot be read (${code})`);
  }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, got a folder',
  EFBIG: `expected at most ${longest} bytes`,
};
