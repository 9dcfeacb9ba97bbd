/** A mistake in the configuration. The message is one line for people: the place, and what was expected there. */
export class ConfigError extends Error {
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'ConfigError';
  }
}
