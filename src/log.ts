/** Where log lines go: pino's shape, fields first. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For those who embed Probity and did not ask for a log. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A log that cannot fail: what becomes of a line is no reason not to answer. */
export function unfailing(log: Log): Log {
  if (log === silent) return log;
  const at =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) => {
      try {
        Promise.resolve(log[level](fields, message)).catch(() => {});
      } catch {
        // There is no other place to say it.
      }
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
