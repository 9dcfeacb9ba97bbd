import { child, follow, type OpenApiDocument, type Place, type Schema } from '../contract/document.ts';

/** What a property of a schema may be filled from, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value satisfies the schema at a `$ref`: decides between the branches of a `oneOf`. */
type Accepts = (ref: string, value: unknown) => boolean;

/**
 * Gives a report the shape that a schema declares:
 * - a `const` (or an `enum` of one word) is the document's own word, and wins;
 * - a declared property is filled from the field of its name, or from the one that `x-report` names;
 * - `x-words` translates a word (`{up: UP, down: DOWN}`);
 * - a list of checks fills an array, or an object by the checks' names;
 * - a declared object that no field fills groups what its own properties are filled from;
 * - what a closed schema does not declare is left out, what an open one does not declare is shown.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: functions that call each other, over one document
export function createShaper(document: OpenApiDocument, accepts: Accepts): Shape {
  /** The objects that are being filled: a schema that contains itself groups nothing. */
  const filling = new Set<string>();

  function shape(from: Place<Schema>, value: unknown, fields: Fields): unknown {
    const place = follow(document, from);
    const schema: Schema = { ...place.node, ...from.node };
    const [word] =
      'const' in schema ? [schema.const] : isList(schema.enum) && schema.enum.length === 1 ? schema.enum : [];
    // A document has words of its own, and no truth of its own: what is true stays, and the proof refuses the schema.
    if (word !== undefined) return typeof value === 'boolean' ? value : word;
    const branch = branchOf(place, value, fields);
    if (branch !== undefined) return branch;
    if (typeof value === 'string') return translated(schema, value);
    if (isList(value)) return isObjectSchema(schema) ? byName(place, value) : listOf(place, value);
    if (isRecord(value)) return objectOf(place, value, fields);
    if (value === undefined && isObjectSchema(schema)) return groupOf(place, fields);
    return value === undefined && isNullable(schema) ? null : value;
  }

  function groupOf(place: Place<Schema>, fields: Fields): unknown {
    return filling.has(place.ref) ? undefined : objectOf(place, {}, fields);
  }

  function branchOf(place: Place<Schema>, value: unknown, fields: Fields): unknown {
    const keyword = ['oneOf', 'anyOf'].find((key) => isList(place.node[key]));
    if (keyword === undefined) return undefined;
    const list = child<Schema[]>(document, place, keyword);
    const branches = list.node.map((_, index) => child<Schema>(document, list, String(index)));
    const shapes = branches.map((branch) => ({ branch, result: shape(branch, value, fields) }));
    return (shapes.find(({ branch, result }) => accepts(branch.ref, result)) ?? shapes[0])?.result;
  }

  function objectOf(place: Place<Schema>, value: Fields, fields: Fields): Fields {
    const outer = !filling.has(place.ref);
    filling.add(place.ref);
    const { properties, closed, rest, required } = members(place);
    const shown = Object.entries(closed ? {} : value)
      .filter(([, item]) => item !== undefined)
      .map(([name, item]) => [name, rest === undefined ? item : shape(rest, item, isRecord(item) ? item : {})]);
    const declared = [...properties].flatMap(([name, property]) => {
      const filled = fill(property, name, fields);
      return filled === undefined || (isEmpty(filled) && !required.has(name)) ? [] : [[name, filled] as const];
    });
    if (outer) filling.delete(place.ref);
    return { ...Object.fromEntries(shown), ...Object.fromEntries(declared) };
  }

  function fill(property: Place<Schema>, name: string, fields: Fields): unknown {
    const { 'x-report': field = name } = { ...follow(document, property).node, ...property.node };
    const value = fields[field as string];
    return shape(property, value, isRecord(value) ? value : fields);
  }

  function byName(place: Place<Schema>, list: readonly unknown[]): unknown {
    const { properties, closed, rest } = members(place);
    const named = (list as Fields[]).map((item) => [String(item.check), item] as const);
    return Object.fromEntries(
      named.flatMap(([name, item]) => {
        const schema = properties.get(name) ?? rest;
        if (schema !== undefined) return [[name, shape(schema, item, item)]];
        return closed ? [] : [[name, item]];
      }),
    );
  }

  function listOf(place: Place<Schema>, list: readonly unknown[]): unknown[] {
    if (place.node.items === undefined) return [...list];
    const items = child<Schema>(document, place, 'items');
    return list.map((item) => shape(items, item, isRecord(item) ? item : {}));
  }

  /** What a schema and those of its `allOf` declare together. */
  function members(place: Place<Schema>): Members {
    const own = child<Record<string, Schema>>(document, place, 'properties');
    const properties = new Map(Object.keys(own.node ?? {}).map((name) => [name, property(own, name)]));
    const required = new Set(isList(place.node.required) ? (place.node.required as string[]) : []);
    const { additionalProperties: more, unevaluatedProperties: others } = place.node;
    const rest = isRecord(more) ? property(place, 'additionalProperties') : undefined;
    const all: Members = { properties, required, closed: more === false || others === false, rest };
    if (!isList(place.node.allOf)) return all;
    const list = child<Schema[]>(document, place, 'allOf');
    return list.node.map((_, index) => members(child<Schema>(document, list, String(index)))).reduce(joined, all);
  }

  /** A child that keeps what stands beside its `$ref`. */
  function property(parent: Place<object>, name: string): Place<Schema> {
    const node = (parent.node as Record<string, Schema>)[name] as Schema;
    return { node, ref: child<Schema>(document, parent, name).ref };
  }

  return shape;
}

/** @param fields what the properties of an object may be filled from */
type Shape = (schema: Place<Schema>, value: unknown, fields: Fields) => unknown;

interface Members {
  readonly properties: ReadonlyMap<string, Place<Schema>>;
  readonly required: ReadonlySet<string>;
  readonly closed: boolean;
  readonly rest: Place<Schema> | undefined;
}

const joined = (one: Members, other: Members): Members => ({
  properties: new Map([...one.properties, ...other.properties]),
  required: new Set([...one.required, ...other.required]),
  closed: one.closed || other.closed,
  rest: one.rest ?? other.rest,
});

function translated(schema: Schema, word: string): unknown {
  const words = schema['x-words'] as Readonly<Record<string, unknown>> | undefined;
  return words !== undefined && Object.hasOwn(words, word) ? words[word] : word;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !isList(value);
const isEmpty = (value: unknown): boolean => isRecord(value) && Object.keys(value).length === 0;
const isNullable = ({ type }: Schema): boolean => isList(type) && type.includes('null');
const isObjectSchema = ({ type, properties, additionalProperties, allOf }: Schema): boolean =>
  type === 'object' ||
  (isList(type) && type.includes('object')) ||
  properties !== undefined ||
  isRecord(additionalProperties) ||
  allOf !== undefined;
