/** A document that cannot be used. The message is one line for people: the place, and what was expected there. */
export class ContractError extends Error {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'ContractError';
  }
}
