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

/**
 * What the import of an optional peer failed with: one that is not installed is asked for by name. The import itself
 * stands in a `try` where it is written, as that is how bundlers know that it may fail.
 */
export const importFailure = (error: unknown, name: string): unknown =>
  isMissing(error, name) ? new MissingDriver(name, { cause: error }) : error;

/** Of an `import`, of a `require`, and of what bundlers and Jest make of them. */
const missingCodes: readonly unknown[] = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

function isMissing(error: unknown, name: string): boolean {
  // Jest's errors come from another realm.
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  const said = String(message);
  return leftOut.test(said) || (missingCodes.includes(code) && said.includes(`'${name}'`));
}

/** What stands in the place of a package that was not there when a bundle of ES modules was made by ncc or esbuild. */
const leftOut = /^require is not defined|^Dynamic require of /;

/** A CommonJS module as a whole: some bundlers give nothing of it but its default. */
export const wholeOf = <Module extends object>(module: Module, member: keyof Module): Module =>
  member in module ? module : (module as unknown as { default: Module }).default;
