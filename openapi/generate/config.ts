import { readFileSync, writeFileSync } from 'node:fs';
import { createClient } from '@hey-api/openapi-ts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';
import { parse } from 'yaml';

/** What is read of openapi/config.yaml here. */
interface ConfigSchema {
  $defs: Record<string, unknown>;
}

/**
 * The configuration's types and its validator, into `config/`. The validator imports nothing, so that reading the
 * configuration does not load ajv.
 */
export async function generateConfig(folder: string): Promise<void> {
  const schema: ConfigSchema = parse(readFileSync('openapi/config.yaml', 'utf8'));
  await createClient({
    input: document(schema),
    logs: { level: 'silent' },
    output: { path: `${folder}/config`, entryFile: false, module: { extension: '.ts' } },
    plugins: ['@hey-api/typescript'],
  });
  const types = `${folder}/config/types.gen.ts`;
  writeFileSync(types, tidied(readFileSync(types, 'utf8')));
  writeFileSync(`${folder}/config/validators.gen.ts`, validators(schema));
}

/** The schema as the components of an OpenAPI document, without what hey-api would turn into looser types. */
function document({ $defs, ...Config }: ConfigSchema): Record<string, unknown> {
  const left = new Set(['$schema', 'discriminator', 'propertyNames']);
  const schemas = JSON.stringify({ ...$defs, Config }, (key, value) => (left.has(key) ? undefined : value));
  return {
    openapi: '3.1.1',
    info: { title: 'Probity configuration', version: '1' },
    paths: {},
    components: { schemas: JSON.parse(schemas.replaceAll('#/$defs/', '#/components/schemas/')) },
  };
}

/** What JSON Schema cannot say of durations, and what hey-api does not take from it. */
const closer = {
  'export type Duration = string;': 'export type { Duration };',
  'export type Canary = string | boolean |': 'export type Canary = Duration | false |',
} as const;

/** The types without those of a client, and with the durations that the checks take. */
function tidied(types: string): string {
  const start = types.indexOf('/**');
  let rest = types.slice(start);
  for (const [loose, close] of Object.entries(closer)) {
    if (start < 0 || !rest.includes(loose)) throw new Error(`Expected types of definitions and \`${loose}\``);
    rest = rest.replace(loose, close);
  }
  return [
    '// This file is auto-generated from openapi/config.yaml by @hey-api/openapi-ts: do not edit.\n\n',
    "import type { Duration } from '../../src/base/duration.ts';\n\n",
    rest,
  ].join('');
}

function validators(schema: ConfigSchema): string {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    // A mistyped key is also a missing one: with all the mistakes at hand, the one that explains the other is told.
    allErrors: true,
    // The schema beside a mistake says what was expected.
    verbose: true,
    messages: false,
    discriminator: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(schema, 'config');
  return [
    '// @ts-nocheck\n// This file is auto-generated from openapi/config.yaml by ajv: do not edit.\n',
    "import type { ErrorObject } from 'ajv';\nimport type { Config } from './types.gen.ts';\n\n",
    standalone.default(ajv, { validate: 'config' }).replace('export const validate =', 'const validate ='),
    '\n\n/** Judges the whole configuration; after a `false`, `errors` holds every mistake. */\n',
    'export const validateConfig: { (content: unknown): content is Config; errors?: ErrorObject[] | null } = validate;\n',
  ].join('');
}
