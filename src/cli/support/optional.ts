/** Loads the optional peers of the command: who embeds Probity has a log of their own, and pays for none. */
const require: NodeJS.Require = process.getBuiltinModule('node:module').createRequire(import.meta.url);

export const loadPino = (): typeof import('pino') => require('pino');

export const loadPinoPretty = (): typeof import('pino-pretty') => require('pino-pretty');

export function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
