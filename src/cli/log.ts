import { pino } from 'pino';
import type { LogLevel } from '../config/settings.ts';
import type { Log } from '../log.ts';

/** JSON lines on standard output, with the time in ISO 8601. */
export const createLog = (level: LogLevel): Log =>
  pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  });
