import { ConfigError } from './error.ts';

/** A text with the environment put in, and the names of the variables that it referred to. */
export interface Interpolated {
  readonly text: string;
  readonly variables: readonly string[];
}

const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

/**
 * Puts the environment into a text: `${NAME}`, or `${NAME:-default}` when the variable may be unset. An empty variable
 * is an unset one. `$${` stands for `${` itself.
 *
 * @throws ConfigError with `place`, naming a variable that is not set.
 */
export function interpolate(text: string, env: NodeJS.ProcessEnv, place: string): Interpolated {
  const variables: string[] = [];
  const replacement = (match: string, name?: string, otherwise?: string): string => {
    if (match === '$${') return '${';
    if (name === undefined)
      throw new ConfigError(place, `expected $\{NAME} or $\{NAME:-default}; $$\{ stands for $\{ itself`);
    variables.push(name);
    const value = env[name] || otherwise;
    if (value === undefined) throw new ConfigError(place, `environment variable ${name} is not set`);
    return value;
  };
  return { text: text.replace(reference, replacement), variables };
}
