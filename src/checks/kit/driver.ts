import type { ErrorCode } from '../../base/errors.ts';
import { CheckFailure } from '../../health/checker.ts';

/** The package that a check needs is not installed: no run will ever succeed. */
export class MissingDriver extends CheckFailure {
  readonly code: ErrorCode = 'PROBITY_DRIVER';

  constructor(name: string, options?: ErrorOptions) {
    super('unavailable', `The check needs the package ${name}: install ${name}`, options);
    this.name = 'MissingDriver';
  }
}

/** Drivers are optional peers: the one that is not installed is asked for by name. */
export async function loadDriver<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load();
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    throw new MissingDriver(name, { cause: error });
  }
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  );
}
