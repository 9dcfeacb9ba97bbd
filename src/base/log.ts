import { oneLine, withoutCredentials } from './shown.ts';

/** Where log lines go: pino's shape, fields first. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** For those who asked for no log. */
export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

const discreetLogs = new WeakSet<Log>();

/**
 * The log, which is handed no error as it is: a driver's may carry the command that failed with its arguments, `AUTH`
 * and the password among them. Of an error its name, message, code, stack and causes are left, as an error again, which
 * every logger knows. It cannot fail either. A log that is discreet already is left as it is.
 *
 * @param clean takes out of a text what is no business of a log
 */
export function discreet(log: Log, clean: (text: string) => string = plain): Log {
  if (log === silent || discreetLogs.has(log)) return log;
  const at =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      try {
        Promise.resolve(log[level](shownFields(fields, clean), message)).catch(() => {});
      } catch {
        // What becomes of a line is no reason not to answer, and there is no other place to say it.
      }
    };
  const made = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  discreetLogs.add(made);
  return made;
}

const plain = (text: string): string => oneLine(withoutCredentials(text));

function shownFields(fields: object, clean: (text: string) => string): object {
  try {
    const shown = Object.entries(fields).map(([key, value]): [string, unknown] => {
      if (typeof value === 'string') return [key, clean(value)];
      const isError = value instanceof Error || (key === 'err' && typeof value === 'object' && value !== null);
      return [key, isError ? shownError(value, clean, 0) : value];
    });
    return Object.fromEntries(shown);
  } catch {
    return { loggable: false };
  }
}

/** Causes of causes, and errors that gather others, are followed so far: some name each other in circles. */
const deepest = 3;
const mostGathered = 4;

/** @throws whatever a getter of the error throws */
function shownError(error: object, clean: (text: string) => string, depth: number): Error {
  const { name, message, code, stack, cause, errors } = error as Record<string, unknown>;
  const inner = (one: unknown): unknown => {
    if (typeof one === 'object' && one !== null) return depth < deepest ? shownError(one, clean, depth + 1) : undefined;
    return typeof one === 'string' ? clean(one) : one;
  };
  const text = typeof message === 'string' ? clean(message) : '';
  const because = cause === undefined ? {} : { cause: inner(cause) };
  const shown = Array.isArray(errors)
    ? new AggregateError(errors.slice(0, mostGathered).map(inner), text, because)
    : new Error(text, because);
  if (typeof name === 'string' && name !== shown.name) shown.name = clean(name);
  if (typeof code === 'string' || typeof code === 'number') Object.assign(shown, { code });
  shown.stack = [`${shown.name}: ${text}`, ...(typeof stack === 'string' ? framesOf(stack) : [])].join('\n');
  return shown;
}

/** The lines of a stack that say where; what was said stands before them. */
const framesOf = (stack: string): readonly string[] => stack.split('\n').filter((line) => /^\s+at /.test(line));
