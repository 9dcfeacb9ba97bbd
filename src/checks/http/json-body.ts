import type { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { typeError } from '../../base/errors.ts';
import { CheckFailure } from '../../health/checker.ts';
import { loadAjv } from './ajv.ts';

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

let shared: Ajv | undefined;

function createAjv(): Ajv {
  const { Ajv2020, formats } = loadAjv();
  // Other people's schemas have keywords of their own.
  const ajv = new Ajv2020({ strict: false, logger: false });
  formats.default(ajv);
  return ajv;
}

function compile(schema: Readonly<Record<string, unknown>>): (value: unknown) => boolean {
  try {
    shared ??= createAjv();
    const validate = shared.compile(schema);
    return (value) => validate(value) === true;
  } catch (error) {
    throw typeError('PROBITY_OPTION', `Expected \`schema\` to be a JSON Schema: ${(error as Error).message}`);
  } finally {
    // Another schema may have the same `$id`.
    shared?.removeSchema(schema);
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new CheckFailure('unexpected_response', 'The body is not JSON', { cause: error });
  }
}
