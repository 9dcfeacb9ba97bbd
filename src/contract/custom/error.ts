import { oneLine, withoutCredentials } from '../../base/shown.ts';

/** A document that cannot be used. The message is one line for people: the place, and what was expected there. */
export class ContractError extends Error {
  constructor(place: string, problem: string) {
    super(oneLine(withoutCredentials(`${place}: ${problem}`)));
    this.name = 'ContractError';
  }
}
