import { isObject } from '../base/is-object.ts';
import {
  childItself,
  followSchema,
  type OpenApiDocument,
  type Place,
  type Schema,
  schemaUnder,
  target,
} from '../contract/document.ts';

/** What the parts of a schema that all hold say together. */
export interface Members {
  readonly properties: ReadonlyMap<string, Place<Schema>>;
  readonly required: ReadonlySet<string>;
  /** Whether nothing else than the properties is allowed. */
  readonly closed: boolean;
  /** The only names that are allowed, where they are counted. */
  readonly only?: ReadonlySet<string>;
  /** The schema of the others. */
  readonly rest?: Place<Schema>;
}

/** The schemas that hold for a value all at once: this one, what its `$ref` leads to, and those of its `allOf`. */
export function partsOf(
  document: OpenApiDocument,
  from: Place<Schema>,
  seen: ReadonlySet<string> = new Set(),
): Place<Schema>[] {
  const place = followSchema(document, from);
  if (seen.has(place.ref) || !isObject(place.node)) return [];
  const within = new Set([...seen, place.ref]);
  const { $ref, $dynamicRef, allOf } = place.node;
  const refs = [$ref, $dynamicRef].filter((ref) => typeof ref === 'string');
  const referred = refs.map((ref) => target<Schema>(document, ref, place.ref));
  const list = childItself<readonly Schema[]>(place, 'allOf');
  const all = Array.isArray(allOf) ? allOf.map((_, index) => childItself<Schema>(list, String(index))) : [];
  return [place, ...[...referred, ...all].flatMap((part) => partsOf(document, part, within))];
}

export const membersOf = (document: OpenApiDocument, parts: readonly Place<Schema>[]): Members =>
  parts.map((part) => own(document, part)).reduce(joined, nothing);

const nothing: Members = { properties: new Map(), required: new Set(), closed: false };

function own(document: OpenApiDocument, place: Place<Schema>): Members {
  const { properties, required, additionalProperties: more, unevaluatedProperties: others } = place.node;
  const under = childItself<object>(place, 'properties');
  const names = isObject(properties) ? Object.keys(properties) : [];
  return {
    properties: new Map(names.map((name) => [name, itself(document, under, name)])),
    required: new Set(Array.isArray(required) ? required : []),
    closed: more === false || others === false,
    ...(more === false ? { only: new Set(names) } : {}),
    ...(isObject(more) ? { rest: itself(document, place, 'additionalProperties') } : {}),
  };
}

/** A child that keeps what stands beside its `$ref`. */
const itself = (document: OpenApiDocument, parent: Place<object>, name: string): Place<Schema> => ({
  node: childItself<Schema>(parent, name).node,
  ref: schemaUnder(document, parent, name).ref,
});

export function joined(one: Members, other: Members): Members {
  const both = [...(one.only ?? [])].filter((name) => other.only?.has(name) ?? true);
  const only = one.only === undefined ? other.only : new Set(both);
  const rest = one.rest ?? other.rest;
  return {
    properties: new Map([...one.properties, ...other.properties]),
    required: new Set([...one.required, ...other.required]),
    closed: one.closed || other.closed,
    ...(only === undefined ? {} : { only }),
    ...(rest === undefined ? {} : { rest }),
  };
}
