import { codeOf, type ErrorCode } from '../../base/errors.ts';
import { oneLine, withoutCredentials } from '../../base/shown.ts';

/** What the exit code of a command says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** What a command was asked to do and could not: exit code 1, where any other error is one of usage. */
export class Failed extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** One line for people: a stack trace would hide it. */
export function complain(error: unknown, exitCode: number): number {
  console.error(complaint(error instanceof Error ? error.message : String(error), codeOf(error)));
  return exitCode;
}

/** The code at the end is one of docs/errors.md. */
export function complaint(message: string, code: ErrorCode | undefined): string {
  return `probity: ${oneLine(withoutCredentials(message))}${code === undefined ? '' : ` [${code}]`}`;
}

/** Ends an action with the exit code that it returns. */
export const ending =
  <Args extends unknown[]>(action: (...args: Args) => Promise<number>) =>
  async (...args: Args): Promise<void> => {
    process.exitCode = await action(...args).catch((error: unknown) =>
      complain(error, error instanceof Failed ? exitCodes.failed : exitCodes.usage),
    );
  };
