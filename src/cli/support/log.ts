import type { Logger } from 'pino';
import { plainError } from '../../base/errors.ts';
import { discreet, type Log, silent } from '../../base/log.ts';
import type { LogLevel } from '../../config/settings.ts';
import { createLineWriter, type LineWriter, type LogOutput } from './line-writer.ts';
import { isInstalled, loadPino } from './optional.ts';

export interface FlushedLog extends Log {
  /** From now on no line holds these either. */
  hide(secrets: readonly string[]): void;
  /** Resolves when every line so far has been written, or cannot be any more. */
  flush(): Promise<void>;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** What no line may hold. */
  readonly secrets: readonly string[];
  /** Standard output when left out. */
  readonly output?: LogOutput;
}

interface Line {
  readonly method: keyof Log;
  readonly fields: object;
  readonly message: string;
  readonly at: number;
}

/** Long enough for the first probe to be answered before anything else is loaded. In milliseconds. */
const loadAfterMs = 20;

/** When it could not be loaded. In milliseconds. */
const loadAgainAfterMs = 1_000;

/**
 * pino's lines on standard output, or pino-pretty's on a terminal. pino is loaded a moment after the first line, so that
 * no probe waits for it; what is said until then keeps its time, and nothing is lost when the process ends before.
 *
 * @throws Error when pino is not installed
 */
export function createLog({ level, secrets, output = process.stdout }: LogOptions): FlushedLog {
  if (level === 'silent') return { ...silent, hide() {}, flush: async () => {} };
  if (!isInstalled('pino')) throw plainError('PROBITY_DRIVER', 'the log needs the package pino: npm install pino');
  const writer = createLineWriter(output, secrets);
  let waiting: Line[] = [];
  let timer: NodeJS.Timeout | undefined;
  let write: ((line: Line) => void) | undefined;

  const open = (): void => {
    clearTimeout(timer);
    try {
      write ??= pinoLines(level, writer);
    } catch {
      // It is installed, so it cannot be read for a while, as without a descriptor: the lines wait.
      timer = setTimeout(open, loadAgainAfterMs).unref();
      return;
    }
    process.off('exit', open);
    for (const line of waiting) write(line);
    waiting = [];
  };
  const at =
    (method: keyof Log): Log['info'] =>
    (fields, message) => {
      const line = { method, fields, message, at: Date.now() };
      if (write !== undefined) return write(line);
      waiting.push(line);
      if (waiting.length > 1) return;
      timer = setTimeout(open, loadAfterMs).unref();
      process.once('exit', open);
    };
  // The writer knows the secrets: a text that was changed before could hide one from it.
  const log = discreet({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }, (text) => text);
  return Object.assign(log, {
    hide: writer.hide,
    flush() {
      if (waiting.length > 0) open();
      return writer.flush();
    },
  });
}

function pinoLines(level: Exclude<LogLevel, 'silent'>, writer: LineWriter): (line: Line) => void {
  let now = 0;
  const logger = loadPino().pino(
    {
      level,
      base: null,
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":"${new Date(now).toISOString()}"`,
    },
    writer,
  );
  return ({ at, ...line }) => {
    now = at;
    say(logger, line);
  };
}

/** What cannot be said must not stop who says it. */
function say(logger: Logger, { method, fields, message }: Omit<Line, 'at'>): void {
  try {
    logger[method](fields, message);
  } catch {
    logger[method]({ loggable: false }, message);
  }
}
