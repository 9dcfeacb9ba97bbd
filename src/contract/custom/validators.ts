import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { OpenApiDocument } from '../document.ts';
import { DocumentError } from '../document-error.ts';
import type { Operation } from '../operations.ts';
import { pointerTo } from '../references.ts';
import { schemaRefs, type Validate, type Validators } from '../validators.ts';
import { type Json, walk } from '../walk.ts';
import { proveEnds } from './endless.ts';
import { answerSchemas } from './schemas.ts';

/**
 * Validators for the answers of some operations, by `$ref`, each compiled when it is first asked for.
 *
 * @throws DocumentError where a `$ref` leads nowhere, or back to itself without an end
 */
export function runtimeValidators(document: OpenApiDocument, operations: readonly Operation[]): Validators {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true, logger: false, validateSchema: false, verbose: true });
  formats.default(ajv);
  const schemas = answerSchemas(document, operations.flatMap(schemaRefs));
  proveEnds(schemas);
  ajv.addSchema(schemas, 'openapi');
  const compiled = new Map<string, Validate>();
  let places: ReadonlyMap<unknown, string> | undefined;
  const placeOf = (schema: unknown): string | undefined => {
    places ??= placesIn(schemas);
    return places.get(schema);
  };
  const compile = (ref: string): Validate => {
    const known = compiled.get(ref);
    if (known !== undefined) return known;
    const validate = placed(compiledBy(ajv, ref), placeOf);
    compiled.set(ref, validate);
    return validate;
  };
  return new Proxy(
    {},
    { get: (_, ref) => (typeof ref === 'string' && ref.startsWith('#') ? compile(ref) : undefined) },
  );
}

function compiledBy(ajv: Ajv2020, ref: string): ValidateFunction {
  try {
    return ajv.compile({ $ref: `openapi${ref}` });
  } catch (error) {
    throw new DocumentError(`expected a schema that can be used, got one with: ${(error as Error).message}`, ref);
  }
}

/** With the pointer to the broken keyword in each mistake: ajv counts from the schema that it has compiled as one. */
function placed(validate: ValidateFunction, placeOf: (schema: unknown) => string | undefined): Validate {
  const judge: Validate = (value) => {
    if (validate(value)) return true;
    judge.errors = (validate.errors ?? []).map(({ parentSchema, schemaPath, ...mistake }) => {
      const place = placeOf(parentSchema);
      const keyword = schemaPath.slice(schemaPath.lastIndexOf('/'));
      return { ...mistake, schemaPath: place === undefined ? schemaPath : `openapi${place}${keyword}` };
    });
    return false;
  };
  return judge;
}

function placesIn(schemas: Json): ReadonlyMap<unknown, string> {
  const places = new Map<unknown, string>();
  walk(schemas, (node, _, keys) => {
    places.set(node, pointerTo(keys));
    return undefined;
  });
  return places;
}
