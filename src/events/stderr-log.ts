import type { Log } from '../base/log.ts';

/**
 * For those who embed Probity without a logger: a line to stderr for each transition of a check that has been up or down
 * before, and for whatever somebody may have to look after. While all is well there is none.
 */
export const stderrLog: Log = {
  debug() {},
  info(fields, message) {
    if ('check' in fields && (fields as { from?: unknown }).from !== 'pending') write(fields, message);
  },
  warn: write,
  error: write,
};

function write(fields: object, message: string): void {
  const said = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : `${name} ${shown(value)}`,
  );
  console.error([`probity: ${message}`, ...(said.length === 0 ? [] : [said.join(', ')])].join(': '));
}

/** One line: of an error its message, as where it comes from takes many. */
function shown(value: unknown): string {
  if (value instanceof Error) return value.message;
  return Array.isArray(value) ? value.join('; ') : String(value);
}
