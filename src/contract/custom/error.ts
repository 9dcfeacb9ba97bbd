import type { ErrorCode } from '../../base/errors.ts';
import { oneLine, withoutCredentials } from '../../base/shown.ts';

/** A document that cannot be used. The message is one line for people: the place, and what was expected there. */
export class ContractError extends Error {
  readonly code: ErrorCode = 'PROBITY_CONTRACT';

  constructor(place: string, problem: string) {
    super(oneLine(withoutCredentials(`${place}: ${problem}`)));
    this.name = 'ContractError';
  }
}
