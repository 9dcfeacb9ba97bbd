import { oneLine, withoutCredentials } from '../../base/shown.ts';

/** What the exit code of a command says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** What a command was asked to do and could not: exit code 1, where any other error is one of usage. */
export class Failed extends Error {}

/** One line for people: a stack trace would hide it. */
export function complain(error: unknown, code: number): number {
  console.error(`probity: ${oneLine(withoutCredentials(error instanceof Error ? error.message : String(error)))}`);
  return code;
}

/** Ends an action with the exit code that it returns. */
export const ending =
  <Args extends unknown[]>(action: (...args: Args) => Promise<number>) =>
  async (...args: Args): Promise<void> => {
    process.exitCode = await action(...args).catch((error: unknown) =>
      complain(error, error instanceof Failed ? exitCodes.failed : exitCodes.usage),
    );
  };
