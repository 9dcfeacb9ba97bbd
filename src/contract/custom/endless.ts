import { isObject } from '../../base/is-object.ts';
import { DocumentError } from '../document-error.ts';
import { keysOf, pointerTo, segment, valueAt } from '../references.ts';
import { type Json, walk } from '../walk.ts';

/**
 * Refuses schemas that lead back to themselves before they say anything of a value's parts: who judges a value by them
 * never comes to an end. A tree, whose parts are of its own kind, is no such schema.
 *
 * @param schemas by their place in the document, with pointers for `$ref`s
 * @throws DocumentError naming the place
 */
export function proveEnds(schemas: Json): void {
  const states = new Map<string, 'open' | 'done'>();
  const prove = (pointer: string): void => {
    const state = states.get(pointer);
    if (state === 'open')
      throw new DocumentError('expected a schema that ends, this one leads back to itself by its `$ref`s', pointer);
    if (state === 'done') return;
    states.set(pointer, 'open');
    const node = valueAt(schemas, keysOf(pointer));
    if (isObject(node)) for (const next of samePlace(node, pointer)) prove(next);
    states.set(pointer, 'done');
  };
  walk(schemas, (_, kind, keys) => {
    if (kind === 'schema') prove(pointerTo(keys));
    return undefined;
  });
}

/** The schemas that a value is judged by as well where it is judged by this one. */
function samePlace(node: Json, pointer: string): string[] {
  const under = (...keys: string[]): string => pointer + keys.map(segment).join('');
  const lists = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => {
    const list = node[key];
    return Array.isArray(list) ? list.map((_, index) => under(key, String(index))) : [];
  });
  const single = ['not', 'if', 'then', 'else'].filter((key) => isObject(node[key])).map((key) => under(key));
  const named = isObject(node.dependentSchemas)
    ? Object.keys(node.dependentSchemas).map((name) => under('dependentSchemas', name))
    : [];
  return [...(typeof node.$ref === 'string' ? [node.$ref] : []), ...lists, ...single, ...named];
}
