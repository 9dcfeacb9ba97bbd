/** Where log lines go: pino's shape, fields first. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For those who embed Probity and did not ask for a log. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
