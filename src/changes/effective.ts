import { isObject } from '../base/is-object.ts';
import {
  childItself,
  followSchema,
  type OpenApiDocument,
  type Place,
  type Schema,
  target,
} from '../contract/document.ts';
import { boundOf, keeps, typeOf, typesAbout } from './values.ts';

/** Schemas that all have to hold. */
export type All = readonly Place<Schema>[];

/** A schema as it judges: with what its `$ref`s and its `allOf` say. */
export interface Effective {
  /** Where most of it stands. */
  readonly ref: string;
  /** Absent where any is allowed. */
  readonly types?: ReadonlySet<string>;
  /** The values that are allowed, as JSON; absent where others are as well. */
  readonly values?: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, All>;
  readonly required: ReadonlySet<string>;
  /** What else in an object has to be; absent where it may be whatever, and `false` where there is to be nothing. */
  readonly others?: All | false;
  readonly items: All;
  /** One of these has to hold as well, in each list. */
  readonly choices: readonly All[];
  /** Bounds and the like, by keyword. */
  readonly limits: ReadonlyMap<string, unknown>;
  /** Whether no value is allowed. */
  readonly isNothing: boolean;
}

const limitWords = [...Object.keys(typesAbout), 'format', 'not'];

/** What schemas say, all in all. */
export function effective(document: OpenApiDocument, all: All): Effective {
  const seen = new Set<string>();
  const [first = own({ node: {}, ref: '' }), ...rest] = all.flatMap((place) => partsOf(document, place, seen)).map(own);
  return rest.reduce(joined, first);
}

/** The schemas that all have to hold, and those that they are made of. */
function partsOf(document: OpenApiDocument, place: Place<Schema>, seen: Set<string>): Place<Schema>[] {
  if (!isObject(place.node)) return [place];
  const at = followSchema(document, place);
  if (seen.has(at.ref)) return [];
  seen.add(at.ref);
  const { $ref, allOf } = isObject(at.node) ? at.node : {};
  const referred = typeof $ref === 'string' ? partsOf(document, target<Schema>(document, $ref, at.ref), seen) : [];
  const list = childItself<Schema[]>(at, 'allOf');
  const parts = Array.isArray(allOf)
    ? allOf.flatMap((_, index) => partsOf(document, childItself<Schema>(list, String(index)), seen))
    : [];
  return [at, ...referred, ...parts];
}

/** What a schema says by itself. */
function own({ node, ref }: Place<Schema>): Effective {
  const said = (isObject(node) ? node : {}) as Schema;
  const under = (key: string): Place<Schema> => childItself<Schema>({ node: said, ref }, key);
  const names = isObject(said.properties) ? Object.keys(said.properties) : [];
  const values = 'const' in said ? [said.const] : Array.isArray(said.enum) ? said.enum : undefined;
  const lists = ['oneOf', 'anyOf'].filter((key) => Array.isArray(said[key]));
  const { additionalProperties: others } = said;
  return consistent({
    ref,
    ...(said.type !== undefined && { types: typesOf(said.type) }),
    ...(values !== undefined && { values: new Set(values.map((value) => JSON.stringify(value))) }),
    properties: new Map(names.map((name) => [name, [childItself<Schema>(under('properties'), name)]])),
    required: new Set(Array.isArray(said.required) ? said.required : []),
    ...(others === false && { others }),
    ...(isObject(others) && { others: [under('additionalProperties')] }),
    items: said.items === undefined ? [] : [under('items')],
    choices: lists.map((key) =>
      (said[key] as unknown[]).map((_, index) => childItself<Schema>(under(key), String(index))),
    ),
    limits: new Map(limitWords.flatMap((word) => (said[word] === undefined ? [] : [[word, said[word]]]))),
    isNothing: (node as unknown) === false,
  });
}

/** An integer is a number as well. */
function typesOf(type: unknown): Set<string> {
  const types = new Set([type].flat() as string[]);
  if (types.has('number')) types.add('integer');
  return types;
}

/** What both allow. */
export function joined(one: Effective, other: Effective): Effective {
  const types = both(one.types, other.types);
  const values = both(one.values, other.values);
  const others =
    one.others === false || other.others === false ? false : [...(one.others ?? []), ...(other.others ?? [])];
  const names = [...one.properties.keys(), ...other.properties.keys()];
  return consistent({
    ref: one.ref || other.ref,
    ...(types && { types }),
    ...(values && { values }),
    ...((others === false || others.length > 0) && { others }),
    properties: new Map(names.map((name) => [name, [...propertyOf(one, name), ...propertyOf(other, name)]])),
    required: new Set([...one.required, ...other.required]),
    items: [...one.items, ...other.items],
    choices: [...one.choices, ...other.choices],
    limits: new Map([...one.limits, ...stricter(one.limits, other.limits)]),
    isNothing: one.isNothing || other.isNothing,
  });
}

const nothing: Place<Schema> = { node: false as unknown as Schema, ref: '' };

/** What a property has to be, whether it is declared or not. */
export const propertyOf = ({ properties, others }: Effective, name: string): All =>
  properties.get(name) ?? (others === false ? [nothing] : (others ?? []));

/** Values that are of no type that is allowed, or keep no limit, are none. */
function consistent(so: Effective): Effective {
  const { types, values, limits } = so;
  if (values === undefined) return types?.size === 0 ? { ...so, isNothing: true } : so;
  const isOne = (value: unknown): boolean =>
    (types === undefined || types.has(typeOf(value))) &&
    [...limits].every(([word, limit]) => keeps(word, limit, value));
  const left = [...values].filter((text) => isOne(JSON.parse(text)));
  return { ...so, values: new Set(left), isNothing: so.isNothing || left.length === 0 };
}

/** The other limits, where they say more. */
const stricter = (ones: Effective['limits'], others: Effective['limits']): [string, unknown][] =>
  [...others].filter(([word, limit]) => {
    const [bound, mine] = [boundOf(word), ones.get(word)];
    if (mine === undefined || bound === undefined) return true;
    return bound === 'lower' ? Number(limit) > Number(mine) : Number(limit) < Number(mine);
  });

const both = (
  one: ReadonlySet<string> | undefined,
  other: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined =>
  one === undefined ? other : other === undefined ? one : new Set([...one].filter((item) => other.has(item)));

const allTypes = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** The types that a schema allows, also by the values that it allows. */
export const typesIn = ({ types, values }: Effective): ReadonlySet<string> =>
  values === undefined ? (types ?? new Set(allTypes)) : new Set([...values].map((text) => typeOf(JSON.parse(text))));
