import type { LogLevel } from '../config/settings.ts';
import type { Log } from '../log.ts';

export interface FlushedLog extends Log {
  /** Resolves when every line so far has been written. */
  flush(): Promise<void>;
}

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];

/** JSON lines on standard output, in the shape that pino gives them: `level`, `time`, the fields, `msg`. */
export function createLog(level: LogLevel): FlushedLog {
  const least = levels.indexOf(level);
  const write =
    (method: keyof Log) =>
    (fields: object, msg: string): void => {
      if (levels.indexOf(method) < least) return;
      process.stdout.write(line({ level: method, time: new Date().toISOString(), ...fields, msg }));
    };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    flush: () => new Promise((resolve) => process.stdout.write('', () => resolve())),
  };
}

/** What cannot be said in JSON must not stop who says it. */
function line(fields: object): string {
  try {
    return `${JSON.stringify(fields, (_, value) => shown(value))}\n`;
  } catch (error) {
    return `${JSON.stringify({ level: 'error', time: new Date().toISOString(), msg: `not loggable: ${error}` })}\n`;
  }
}

function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const code = 'code' in value ? { code: value.code } : {};
  return { type: name, message, ...code, stack, ...(cause === undefined ? {} : { cause }) };
}
