import { isObject } from '../base/is-object.ts';
/**
 * What a place in an OpenAPI document is: an object of the specification, a schema, a map of either whose keys are names,
 * or data. Only by that a `$ref` that is a reference differs from a property of that name, or from one in an example.
 */
export type Kind = 'object' | 'objects' | 'schema' | 'schemas' | 'data';

export type Json = Record<string, unknown>;

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const mapsOfObjects = set(
  'paths webhooks pathItems responses x-errors headers content parameters requestBodies securitySchemes links callbacks ' +
    'examples encoding variables mediaTypes additionalOperations',
);
const mapsOfSchemas = set('properties patternProperties $defs definitions dependentSchemas');
const data = set('example default const enum value dataValue mapping security scopes required dependentRequired');

/** What stands under a key of a place; what stands in a list is what the list is. */
export function kindUnder(parent: Kind, key: string, value: unknown): Kind {
  if (parent === 'data') return 'data';
  if (parent === 'objects') return 'object';
  if (parent === 'schemas') return 'schema';
  if (data.has(key) || (key === 'examples' && Array.isArray(value))) return 'data';
  if (key.startsWith('x-') && key !== 'x-errors') return 'data';
  if (parent === 'schema') return mapsOfSchemas.has(key) ? 'schemas' : 'schema';
  if (key === 'schema' || key === 'itemSchema') return 'schema';
  if (key === 'schemas') return 'schemas';
  return mapsOfObjects.has(key) && isObject(value) ? 'objects' : 'object';
}

/** The reference that an object or a schema is. */
export const referenceOf = (node: Json, kind: Kind): string | undefined =>
  (kind === 'object' || kind === 'schema') && typeof node.$ref === 'string' ? node.$ref : undefined;

/** Every reference that an object or a schema is. */
export const referencesOf = (node: Json, kind: Kind): string[] => {
  const refs = [referenceOf(node, kind), kind === 'schema' ? node.$dynamicRef : undefined];
  return refs.filter((ref) => typeof ref === 'string');
};

/** What stands at these keys of a document. */
export function kindAt(document: object, keys: readonly string[]): Kind {
  let kind: Kind = 'object';
  let node: unknown = document;
  for (const key of keys) {
    const isItem = Array.isArray(node);
    node = (node as Json | undefined)?.[key];
    if (!isItem) kind = kindUnder(kind, key, node);
  }
  return kind;
}

/**
 * Is told of every object in a document but of what is data, with its keys. What it returns takes the object's place, and
 * is not gone through.
 */
export type Visit = (node: Json, kind: Kind, keys: readonly string[]) => Json | undefined;

/** Goes through a tree in place, from the top down. */
export function walk(root: Json, visit: Visit, kind: Kind = 'object', keys: readonly string[] = []): Json {
  const other = visit(root, kind, keys);
  if (other !== undefined) return other;
  for (const [key, value] of Object.entries(root)) {
    const under = kindUnder(kind, key, value);
    if (under === 'data' || typeof value !== 'object') continue;
    const next = walkValue(value, visit, under, [...keys, key]);
    if (next !== value) root[key] = next;
  }
  return root;
}

function walkValue(value: unknown, visit: Visit, kind: Kind, keys: readonly string[]): unknown {
  if (isObject(value)) return walk(value, visit, kind, keys);
  if (!Array.isArray(value)) return value;
  for (const [index, item] of value.entries()) {
    const next = walkValue(item, visit, kind, [...keys, String(index)]);
    if (next !== item) value[index] = next;
  }
  return value;
}
