import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excess } from '../../src/changes/schema.ts';
import type { OpenApiDocument, Schema } from '../../src/contract/document.ts';

/** A document with nothing but a schema, and others that it may lead to. */
const sideOf = (schema: unknown, schemas: Record<string, unknown> = {}) => {
  const document = { openapi: '3.1.0', info: {}, paths: {}, schema, components: { schemas } };
  return { document: document as OpenApiDocument, place: { node: schema as Schema, ref: '#/schema' } };
};

const told = (allowed: unknown, given: unknown, isAnswer = false): string[] =>
  excess(sideOf(allowed), sideOf(given), isAnswer).map(({ kind, path, what }) => `${kind} ${path}: ${what}`);

const object = (properties: object, ...required: string[]) => ({ type: 'object', properties, required });

describe('what one schema allows and another one does not', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['another type', { type: 'string' }, { type: ['string', 'null'] }, ['type : null']],
    ['an integer is a number', { type: 'number' }, { type: 'integer' }, []],
    ['a number may be none', { type: 'integer' }, { type: 'number' }, ['type : number']],
    ['a word', { enum: ['a', 'b'] }, { enum: ['a', 'c'] }, ['value : "c"']],
    ['any word', { enum: ['a'] }, { type: 'string' }, ['value : something beside "a"']],
    ['a word by const', { const: 'a' }, { enum: ['a', 'b'] }, ['value : "b"']],
    ['values have a type', { type: 'string' }, { enum: ['a', 1] }, ['type : integer']],
    ['a lower bound', { minimum: 3 }, { minimum: 2 }, ['limit : minimum 2, not minimum 3']],
    ['no bound', { maxLength: 3 }, { type: 'string' }, ['limit : not maxLength 3']],
    ['a closer bound', { maximum: 3 }, { maximum: 2 }, []],
    ['a pattern', { pattern: 'a' }, { pattern: 'b' }, ['limit : pattern b, not pattern a']],
    ['a property that is required', object({ a: {} }, 'a'), object({ a: {} }), ['missing a: a']],
    [
      'a property of another type',
      object({ a: { type: 'string' } }),
      object({ a: { type: 'null' } }),
      ['type a: null'],
    ],
    ['what is in a list', { items: { type: 'string' } }, { type: 'array', items: { type: 'null' } }, ['type []: null']],
    [
      'what is in a map',
      { additionalProperties: { type: 'string' } },
      { additionalProperties: {} },
      ['type {}: any type'],
    ],
    [
      'more properties',
      { type: 'object', properties: { a: {} }, additionalProperties: false },
      object({ a: {}, b: {} }),
      ['other b: there', 'other : an object with properties that are not declared'],
    ],
    [
      'a choice',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ type: 'null' }, { type: 'object' }] },
      ['choice : none of the choices'],
    ],
    ['fewer choices', { anyOf: [{ type: 'string' }, { type: 'null' }] }, { type: 'null' }, []],
    [
      'what allOf says',
      { allOf: [object({ a: {} }, 'a'), { required: ['b'] }] },
      object({ a: {} }, 'a'),
      ['missing b: b'],
    ],
    ['a limit that is given by allOf', { minimum: 1 }, { allOf: [{ type: 'number' }, { minimum: 2 }] }, []],
    ['nothing of nothing', { type: 'string' }, false, []],
    ['nothing is allowed', false, { type: 'string' }, ['other : a value']],
    ['whatever', {}, { type: 'string' }, []],
    ['whatever is given', { type: 'string' }, {}, ['type : any type']],
  ])('%s', (_, allowed, given, expected) => {
    expect(told(allowed, given)).toEqual(expected);
    expect(told(allowed, allowed)).toEqual([]);
    expect(told(given, given)).toEqual([]);
  });

  it('is, for who reads, what is no longer declared, and not what is new', () => {
    const [old, now] = [object({ a: {} }, 'a'), object({ b: {} }, 'b')];
    expect(told(old, now, true)).toEqual(['undeclared a: a']);
    expect(told({ ...old, additionalProperties: false }, object({ a: {}, b: {} }, 'a'), true)).toEqual([]);
  });

  it('comes to an end for schemas that lead back to themselves', () => {
    const tree = (type: string) => ({
      type: 'object',
      properties: { value: { type }, next: { $ref: '#/components/schemas/Tree' } },
    });
    const [one, other] = ['string', 'integer'].map((type) =>
      sideOf({ $ref: '#/components/schemas/Tree' }, { Tree: tree(type) }),
    );
    expect(excess(one as never, other as never, true).map(({ path }) => path)).toEqual(['value']);
    expect(excess(one as never, one as never, true)).toEqual([]);
  });

  const leaf = fc.oneof(
    fc.record({ type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'null') }),
    fc.record({ enum: fc.uniqueArray(fc.constantFrom('a', 'b', 1, 2.5, null), { minLength: 1, maxLength: 3 }) }),
    fc.record({
      type: fc.constant('integer'),
      minimum: fc.integer({ min: 0, max: 3 }),
      maximum: fc.integer({ min: 2, max: 5 }),
    }),
    fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 3 }) }),
    fc.constant({}),
  );
  const { schema } = fc.letrec<{ schema: object }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      leaf,
      fc.record(
        {
          type: fc.constant('object'),
          properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema'), { maxKeys: 2 }),
          required: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
          // Where it is left out, what only one side declares is passed over on purpose.
          additionalProperties: fc.oneof(fc.constant(false), leaf),
        },
        { requiredKeys: ['type', 'additionalProperties'] },
      ),
      fc.record({ type: fc.constant('array'), items: tie('schema') }),
      fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
    ),
  }));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      fc.constantFrom('', 'a', 'b', 'abcd', 0, 1, 2.5, 4, 9, true, null),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
      fc.array(tie('value'), { maxLength: 2 }),
    ),
  }));

  it('misses no value that is refused', { timeout: 60_000 }, () => {
    let judged = 0;
    const holds = (allowed: object, given: object, values: readonly unknown[]): boolean => {
      if (told(allowed, given).length > 0) return true;
      const ajv = new Ajv2020({ strict: false });
      const [isAllowed, isGiven] = [ajv.compile(allowed), ajv.compile(given)];
      const fitting = values.filter((one) => isGiven(one));
      judged += fitting.length;
      return fitting.every((one) => isAllowed(one));
    };
    const values = fc.array(value, { minLength: 10, maxLength: 20 });
    // Two that are made of the same parts are more often within each other.
    fc.assert(
      fc.property(schema, schema, values, (one, other, list) => holds(one, { allOf: [one, other] }, list)),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(schema, schema, values, (one, other, list) => holds({ anyOf: [one, other] }, one, list)),
      { numRuns: 100 },
    );
    fc.assert(
      fc.property(schema, schema, values, (one, other, list) => holds(one, other, list)),
      { numRuns: 300 },
    );
    expect(judged).toBeGreaterThan(200);
  });

  it('finds nothing between a schema and itself', () => {
    fc.assert(
      fc.property(schema, (one) => told(one, structuredClone(one)).length === 0 && told(one, one, true).length === 0),
      { numRuns: 300 },
    );
  });
});
