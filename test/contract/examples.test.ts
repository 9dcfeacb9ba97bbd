import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import generated from '../../generated/contract/document.json' with { type: 'json' };
import { builtin, type MutableDocument } from '../support.ts';

const document: MutableDocument = parse(readFileSync('openapi/probity.yaml', 'utf8'));
const ajv = new Ajv2020({ strict: false, strictNumbers: true });
formats.default(ajv);
ajv.addSchema(document, 'openapi');

/** Every example with the place of the schema beside it, and without a `$ref` where it stands. */
function examplesOf(node: unknown, place = '#'): [string, unknown][] {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.entries(node).flatMap(([key, value]) => {
    if (key === 'example') return [];
    return examplesOf(value, `${place}/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`);
  });
  return 'example' in node ? [[`${place}/schema`, node.example], ...inside] : inside;
}

const examples = examplesOf(document);

describe('openapi/probity.yaml', () => {
  it('is what the contract was generated from', () => {
    expect(builtin.document).toEqual(generated);
    expect(Object.keys(generated.paths)).toEqual(Object.keys(document.paths));
  });

  it('has examples', () => {
    expect(examples.length).toBeGreaterThan(15);
  });

  it.each(examples)('has at %s an example that its schema takes', (place, example) => {
    const validate = ajv.compile({ $ref: `openapi${place}` });
    validate(example);
    expect(validate.errors).toBeNull();
  });
});
