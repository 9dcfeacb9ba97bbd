import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { plainError } from '../../base/errors.ts';

/**
 * Writes a file as a whole or not at all: who reads it meanwhile sees the old text or the new one. A link stays one, and
 * who may read it may go on.
 *
 * @throws Error with one line for people
 */
export function writeWhole(file: string, text: string): void {
  const target = endOf(file);
  const beside = join(dirname(target), `.${basename(target)}.${process.pid}`);
  try {
    writeFileSync(beside, text, { flag: 'wx', mode: modeOf(target) });
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw plainError('PROBITY_USAGE', `${file}: cannot be written (${code})`, { cause: error });
  }
}

function endOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

const modeOf = (file: string): number => (statSync(file, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777;
