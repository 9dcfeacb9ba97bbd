import { Ajv2020, type Options } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { OpenApiDocument } from '../../src/contract/document.ts';
import { readErrors, readOperations } from '../../src/contract/operations.ts';
import { schemaRefs, type Validate } from '../../src/contract/validators.ts';

/** The validators of a document, compiled as its reader would: with every format, and nothing ahead of time. */
export function compiled(document: OpenApiDocument, options: Options = {}): Record<string, Validate> {
  const ajv = new Ajv2020({ strict: false, strictNumbers: true, ...options });
  formats.default(ajv);
  ajv.addSchema(document, 'openapi');
  const refs = [...readOperations(document), readErrors(document)].flatMap(schemaRefs);
  return Object.fromEntries(refs.map((ref) => [ref, ajv.compile({ $ref: `openapi${ref}` })]));
}
