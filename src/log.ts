/** Where log lines go: pino's shape, fields first. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For those who embed Probity and did not ask for a log. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Does something at most once a minute: what others can cause again and again is not to fill a log. */
export function atMostOnceAMinute<Args extends readonly unknown[]>(
  say: (...args: Args) => void,
): (...args: Args) => void {
  let saidAt = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (performance.now() - saidAt < 60_000) return;
    saidAt = performance.now();
    say(...args);
  };
}
