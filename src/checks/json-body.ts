import { createRequire } from 'node:module';
import { CheckFailure } from './checker.ts';

/**
 * A function that throws when a body is not the JSON that `schema` describes.
 *
 * @throws TypeError when `schema` is no JSON Schema.
 */
export function jsonBodyCheck(schema: Readonly<Record<string, unknown>>): (body: Buffer) => void {
  const isValid = compile(schema);
  return (body) => {
    if (!isValid(parse(body))) throw new CheckFailure('unexpected_response', 'The body does not fulfil the schema');
  };
}

/** Loads ajv with the first schema, not with the start of every service; at once, so that a mistake in it is told then. */
const require: NodeJS.Require = createRequire(import.meta.url);

function compile(schema: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  try {
    const { Ajv2020 } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
    const formats = require('ajv-formats') as typeof import('ajv-formats');
    // Other people's schemas have keywords of their own.
    const ajv = new Ajv2020({ strict: false, logger: false });
    formats.default(ajv);
    const validate = ajv.compile(schema);
    return (value) => validate(value) === true;
  } catch (error) {
    throw new TypeError(`Expected \`schema\` to be a JSON Schema: ${(error as Error).message}`);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new CheckFailure('unexpected_response', 'The body is not JSON', { cause: error });
  }
}
