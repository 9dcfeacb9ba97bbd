import type { ErrorCode } from '../base/errors.ts';

/** A mistake in the configuration. The message is one line for people: the place, and what was expected there. */
export class ConfigError extends Error {
  readonly code: ErrorCode;

  constructor(place: string, problem: string, code: ErrorCode = 'PROBITY_CONFIG') {
    super(`${place}: ${problem}`);
    this.name = 'ConfigError';
    this.code = code;
  }
}
