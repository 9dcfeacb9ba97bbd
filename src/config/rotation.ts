import { resolve } from 'node:path';
import type { Token } from '../../generated/config/types.gen.ts';
import type { Log } from '../base/log.ts';
import { oneLine } from '../base/shown.ts';
import type { TokensFile } from './settings.ts';
import { longestTokensFile, tokensSource, unreadable } from './tokens.ts';
import { validated } from './validate.ts';

export interface RotationOptions extends TokensFile {
  /** Takes the tokens that are in force from now on. What it throws leaves the old ones in force. */
  replace(tokens: readonly Token[]): void;
  readonly log: Log;
  /** From one look at the file to the next, in milliseconds. */
  readonly everyMs?: number;
}

const { readFile, stat } = process.getBuiltinModule('node:fs/promises');

/**
 * Takes up a file of tokens that changes, once two looks in a row have seen the same: whoever writes it in place may not
 * be ready yet. A file that is broken, empty or gone leaves the tokens as they are, with a line in the log. The file is
 * looked at and not watched, as a mounted secret changes by a symbolic link that is swapped beside it.
 *
 * @returns the function that ends it
 */
export function rotateTokens({
  file,
  folder,
  text,
  besides,
  replace,
  log,
  everyMs = 5_000,
}: RotationOptions): () => void {
  let inForce = text;
  /** What the look before has found, and what was last told as a mistake. */
  let seen = '';
  let told = '';
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const takeUp = (now: string): void => {
    if (now === inForce) return;
    const { access } = validated(tokensSource(now, file));
    const tokens = [...besides, ...(access?.tokens ?? [])];
    replace(tokens);
    inForce = now;
    log.info({ file: oneLine(file), tokens: tokens.map(({ name }) => name) }, 'tokens replaced');
  };
  const look = async (): Promise<void> => {
    const found = await read(resolve(folder, file), file);
    const now = JSON.stringify(found);
    const isSettled = now === seen;
    seen = now;
    if (isStopped || !isSettled) return;
    try {
      if (found.problem !== undefined) throw new Error(found.problem);
      takeUp(found.text ?? inForce);
      told = '';
    } catch (error) {
      const { message } = error as Error;
      if (message !== told) log.error({ error: message }, 'tokens stay as they are');
      told = message;
    }
  };
  const lookAgain = (): void => {
    timer = setTimeout(() => void look().finally(() => isStopped || lookAgain()), everyMs).unref();
  };
  lookAgain();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

/** Away from the event loop: a file may lie on a disk that does not answer. A pipe has said what it had to say. */
async function read(path: string, file: string): Promise<{ text?: string; problem?: string }> {
  try {
    const found = await stat(path);
    if (found.size > longestTokensFile) throw Object.assign(new Error(), { code: 'EFBIG' });
    return found.isFIFO() ? {} : { text: await readFile(path, 'utf8') };
  } catch (error) {
    return { problem: unreadable(file, error).message };
  }
}
