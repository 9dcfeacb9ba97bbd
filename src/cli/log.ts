import type { Logger } from 'pino';
import type { LogLevel } from '../config/settings.ts';
import type { Log } from '../log.ts';

export interface FlushedLog extends Log {
  /** Resolves when every line so far has been written. */
  flush(): Promise<void>;
}

/** JSON lines on standard output. pino is loaded with the first line: none is written before the port is open. */
export function createLog(level: LogLevel): FlushedLog {
  let written: Promise<void> = Promise.resolve();
  let loading: Promise<Logger> | undefined;
  const write =
    (method: keyof Log) =>
    (fields: object, message: string): void => {
      const time = new Date().toISOString();
      loading ??= createLogger(level);
      written = loading.then((logger) => logger[method]({ time, ...fields }, message));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => written,
  };
}

async function createLogger(level: LogLevel): Promise<Logger> {
  const { pino } = await import('pino');
  const formatters = { level: (label: string) => ({ level: label }) };
  // Synchronous: the last line before an exit is the one that says why.
  const destination = pino.destination({ fd: 1, sync: true });
  return pino({ level, base: null, timestamp: false, formatters }, destination);
}
