import { isObject } from '../../base/is-object.ts';
import { childItself, follow, type OpenApiDocument, type Place, type Schema, target } from '../document.ts';
import { keysOf, pointerTo, proveStatic, put, valueAt } from '../references.ts';
import { type Json, kindUnder } from '../walk.ts';

/**
 * The schemas of a document that answers are judged by, and those that they refer to, each where it stands in the
 * document, and nothing else: what is in examples is no schema, and most of a large document is about other things.
 *
 * They are as an answer sees them: what is `writeOnly` is not required, and not to be there (OpenAPI 3.0.3, 4.7.24).
 *
 * @throws DocumentError where a `$ref` leads nowhere, or back to itself without an end
 */
export function answerSchemas(document: OpenApiDocument, refs: readonly string[]): Json {
  const found: Json = {};
  const waiting = [...refs];
  const done = new Set<string>();
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const keys = keysOf(ref);
    const pointer = pointerTo(keys);
    if (done.has(pointer)) continue;
    done.add(pointer);
    const place = { node: valueAt(document, keys), ref: pointer };
    put(found, keys, ofValue(document, place, waiting));
  }
  return found;
}

/** What says where a schema is to be found, and what is for people. */
const left = new Set(['$id', '$anchor', '$dynamicAnchor', '$schema', 'example', 'examples']);

/** A schema without what is for people, whose `$ref`s are pointers into the document; these are added to `waiting`. */
function ofAnswers(document: OpenApiDocument, place: Place<Json>, waiting: string[]): Json {
  const { node, ref } = place;
  const secret = secrets(document, place as Place<Schema>);
  const copy: Json = {};
  for (const [key, value] of Object.entries(node)) {
    const under = kindUnder('schema', key, value);
    const at = childItself<unknown>(place, key);
    if (left.has(key)) continue;
    if ((key === '$ref' || key === '$dynamicRef') && typeof value === 'string') {
      if (key === '$dynamicRef') proveStatic(document, value, ref);
      const { ref: to } = target(document, value, ref);
      copy.$ref = to;
      waiting.push(to);
    } else if (key === 'required' && Array.isArray(value)) copy.required = value.filter((name) => !secret.has(name));
    else if (under === 'data') copy[key] = value;
    else if (under === 'schemas' && isObject(value)) copy[key] = mapped(document, at as Place<Json>, waiting);
    else copy[key] = ofValue(document, at, waiting);
  }
  if (isObject(copy.properties))
    for (const name of secret) if (Object.hasOwn(copy.properties, name)) copy.properties[name] = false;
  return copy;
}

function mapped(document: OpenApiDocument, place: Place<Json>, waiting: string[]): Json {
  const entries = Object.keys(place.node).map((name) => [name, ofValue(document, childItself(place, name), waiting)]);
  return Object.fromEntries(entries);
}

function ofValue(document: OpenApiDocument, place: Place<unknown>, waiting: string[]): unknown {
  const { node, ref } = place;
  if (Array.isArray(node))
    return node.map((_, index) => ofValue(document, childItself({ node, ref }, String(index)), waiting));
  return isObject(node) ? ofAnswers(document, { node, ref }, waiting) : node;
}

/** The properties that a schema, or what it is put together of, says are `writeOnly`. */
export function secrets(
  document: OpenApiDocument,
  place: Place<Schema>,
  seen: ReadonlySet<string> = new Set(),
): Set<string> {
  if (seen.has(place.ref)) return new Set();
  const { properties, allOf } = place.node;
  const within = new Set([...seen, place.ref]);
  const own = isObject(properties)
    ? Object.keys(properties).filter((name) =>
        isSecret(document, childItself(childItself<Json>(place, 'properties'), name)),
      )
    : [];
  const list = childItself<Schema[]>(place, 'allOf');
  const parts = Array.isArray(allOf)
    ? allOf.map((_, index) => follow<Schema>(document, childItself(list, String(index))))
    : [];
  return new Set([...own, ...parts.flatMap((part) => [...secrets(document, part, within)])]);
}

export const isSecret = (document: OpenApiDocument, place: Place<Schema>): boolean =>
  place.node.writeOnly === true || (isObject(place.node) && follow(document, place).node.writeOnly === true);
