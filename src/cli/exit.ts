/** What the exit code of a command says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2 } as const;

/** One line for people: a stack trace would hide it. */
export function complain(error: unknown, code: number): number {
  console.error(`probity: ${error instanceof Error ? error.message : error}`);
  return code;
}
