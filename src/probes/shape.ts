import { isObject } from '../base/is-object.ts';
import { followSchema, type OpenApiDocument, type Place, type Schema, schemaUnder } from '../contract/document.ts';
import { DocumentError } from '../contract/document-error.ts';
import { onlyValue } from '../contract/mistakes.ts';
import { branchesOf, discriminatorOf } from './discriminator.ts';
import { joined, type Members, membersOf, partsOf } from './members.ts';

/** What a property of a schema may be filled from, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value satisfies the schema at a `$ref`: decides between the branches of a `oneOf`. */
type Accepts = (ref: string, value: unknown) => boolean;

/** @param fields what the properties of an object may be filled from */
type Shape = (schema: Place<Schema>, value: unknown, fields: Fields) => unknown;

/**
 * Gives a report the shape that a schema declares:
 * - a `const` (or an `enum` of one word) is the document's own word, and wins;
 * - a declared property is filled from the field of its name, or from the one that `x-report` names;
 * - `x-words` translates a word (`{up: UP, down: DOWN}`);
 * - a property that is not required is left out where a field that is only there to be asked for does not fit it;
 * - a list of checks fills an array, or an object by the checks' names;
 * - a declared object that no field fills groups what its own properties are filled from;
 * - of a `oneOf` or an `anyOf`, the branch that is satisfied with the fewest words of the document's own is taken;
 * - what a closed schema does not declare is left out, what an open one does not declare is shown, and what is
 *   `writeOnly` never is.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: functions that call each other, over one document
export function createShaper(
  document: OpenApiDocument,
  accepts: Accepts,
  /** The fields that are only there to be asked for. */
  askable: ReadonlySet<string> = new Set(),
): Shape {
  /** The objects that are being filled: a schema that contains itself groups nothing. */
  const filling = new Set<string>();
  /** The document's own words that words of the report had to give way to. */
  let overruling: readonly unknown[] = [];

  function shape(from: Place<Schema>, value: unknown, fields: Fields): unknown {
    const place = followSchema(document, from);
    const parts = partsOf(document, from);
    const schema = keywords(parts, from);
    const only = onlyValue(schema);
    if (only !== undefined) return ownWord(schema, only.value, value);
    const branch = branchOf(place, parts, value, fields);
    if (branch !== undefined) return branch.result;
    if (typeof value === 'string') return translated(schema, value);
    if (isList(value)) return isObjectSchema(schema) ? byName(parts, value) : listOf(parts, value);
    if (isObject(value)) return objectOf(place.ref, members(parts), value, fields);
    if (value === undefined && isObjectSchema(schema))
      return filling.has(place.ref) ? undefined : objectOf(place.ref, members(parts), {}, fields);
    return value === undefined && isNullable(schema) ? null : value;
  }

  /** A document has words of its own, and no truth of its own: what is true stays, and the proof refuses the schema. */
  function ownWord(schema: Schema, word: unknown, value: unknown): unknown {
    if (typeof value === 'boolean') return value;
    const isOther = typeof value === 'string' && !isSame(String(word), translated(schema, value));
    if (isOther) overruling = [...overruling, word];
    return word;
  }

  const members = (parts: readonly Place<Schema>[]): Members => membersOf(document, parts);

  function branchOf(
    place: Place<Schema>,
    parts: readonly Place<Schema>[],
    value: unknown,
    fields: Fields,
  ): { readonly result: unknown } | undefined {
    const part = parts.find((one) => branchesOf(one) !== undefined);
    const branches = part && branchesOf(part);
    if (part === undefined || branches === undefined) return undefined;
    const common = members(parts);
    const discriminator = discriminatorOf(document, part);
    const outer = overruling;
    const shaped = branches.map((branch) => {
      overruling = [];
      const result =
        common.properties.size === 0 && !common.closed
          ? shape(branch, value, fields)
          : objectOf(
              place.ref,
              joined(common, members(partsOf(document, branch))),
              isObject(value) ? value : {},
              fields,
            );
      if (discriminator === undefined || !isObject(result)) return { result, given: overruling };
      const { property } = discriminator;
      const word = wordOf(discriminator.wordsFor(branch), result[property], fields[property]);
      return { result: { ...result, [property]: word.word }, given: [...overruling, ...word.given] };
    });
    const fitting = shaped.filter(({ result }) => accepts(place.ref, result));
    const [best, next] = fitting.toSorted((one, other) => one.given.length - other.given.length);
    if (best !== undefined && next !== undefined) proveMeant(place.ref, best.given, next.given);
    overruling = [...outer, ...(best?.given ?? [])];
    return best ?? shaped[0];
  }

  /** @param ref of the schema whose object it is */
  function objectOf(ref: string, { properties, closed, only, rest, required }: Members, value: Fields, fields: Fields) {
    const outer = !filling.has(ref);
    filling.add(ref);
    const secret = new Set([...properties].flatMap(([name, property]) => (isWriteOnly(property) ? [name] : [])));
    const shown = Object.entries(closed ? {} : value)
      .filter(([name, item]) => item !== undefined && !secret.has(name))
      .map(([name, item]) => [name, rest === undefined ? item : shape(rest, item, isObject(item) ? item : {})]);
    const declared = [...properties].flatMap(([name, property]) => {
      if (only?.has(name) === false || secret.has(name)) return [];
      const filled = fill(property, name, fields);
      if (!required.has(name) && isByChance(property, name, filled)) return [];
      return filled === undefined || (isEmpty(filled) && !required.has(name)) ? [] : [[name, filled] as const];
    });
    if (outer) filling.delete(ref);
    return { ...Object.fromEntries(shown), ...Object.fromEntries(declared) } as Fields;
  }

  const isWriteOnly = (property: Place<Schema>): boolean =>
    keywords(partsOf(document, property), property).writeOnly === true;

  /** Whether a property only has the name of a field that may be asked for, and is about something else. */
  const isByChance = (property: Place<Schema>, name: string, filled: unknown): boolean =>
    askable.has(name) &&
    keywords(partsOf(document, property), property)['x-report'] === undefined &&
    !accepts(property.ref, filled);

  function fill(property: Place<Schema>, name: string, fields: Fields): unknown {
    const { 'x-report': field = name } = keywords(partsOf(document, property), property);
    const value = fields[field as string];
    return shape(property, value, isObject(value) ? value : fields);
  }

  function byName(parts: readonly Place<Schema>[], list: readonly unknown[]): unknown {
    const { properties, closed, rest } = members(parts);
    const named = (list as Fields[]).map((item) => [String(item.check), item] as const);
    return Object.fromEntries(
      named.flatMap(([name, item]) => {
        const schema = properties.get(name) ?? rest;
        if (schema !== undefined) return [[name, shape(schema, item, item)]];
        return closed ? [] : [[name, item]];
      }),
    );
  }

  function listOf(parts: readonly Place<Schema>[], list: readonly unknown[]): unknown[] {
    const part = parts.find(({ node }) => isObject(node.items));
    if (part === undefined) return [...list];
    const items = schemaUnder(document, part, 'items');
    return list.map((item) => shape(items, item, isObject(item) ? item : {}));
  }

  return shape;
}

/** The keywords of all parts together; what stands nearest counts. */
const keywords = (parts: readonly Place<Schema>[], from: Place<Schema>): Schema =>
  Object.assign({}, ...parts.map(({ node }) => node).toReversed(), from.node);

/**
 * Of two branches that have words of their own, neither of which anybody has said the meaning of, the first may be a lie.
 *
 * @throws DocumentError
 */
function proveMeant(ref: string, one: readonly unknown[], other: readonly unknown[]): void {
  if (one.length !== other.length || one.every((word, index) => word === other[index])) return;
  const words = [...new Set([...one, ...other])].join(', ');
  throw new DocumentError(`which of ${words} is meant nobody has said; add x-words: { up: …, down: … } to both`, ref);
}

/** The word for a branch: the report's own where it is one of them; else the first, which overrules what is reported. */
function wordOf(
  words: readonly string[],
  shaped: unknown,
  reported: unknown,
): { word: unknown; given: readonly unknown[] } {
  const fitting = [shaped, reported].flatMap((value) => words.find((word) => isSame(word, value)) ?? []);
  if (fitting.length > 0) return { word: fitting[0], given: [] };
  return { word: words[0], given: typeof reported === 'string' ? [words[0]] : [] };
}

const isSame = (word: string, value: unknown): boolean =>
  typeof value === 'string' && word.toLowerCase() === value.toLowerCase();

function translated(schema: Schema, word: string): unknown {
  const words = schema['x-words'] as Readonly<Record<string, unknown>> | undefined;
  return words !== undefined && Object.hasOwn(words, word) ? words[word] : word;
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isEmpty = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;
const isNullable = ({ type }: Schema): boolean => isList(type) && type.includes('null');
const isObjectSchema = ({ type, properties, additionalProperties, allOf }: Schema): boolean =>
  type === 'object' ||
  (isList(type) && type.includes('object')) ||
  properties !== undefined ||
  isObject(additionalProperties) ||
  allOf !== undefined;
