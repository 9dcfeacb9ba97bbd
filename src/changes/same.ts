import { isObject } from '../base/is-object.ts';
import { type OpenApiDocument, type Place, target } from '../contract/document.ts';
import { referencesOf, walk } from '../contract/walk.ts';

/** Tells whether two schemas are written alike, with all that they lead to: most of a document stays as it was. */
export type IsSame = (one: Place<unknown>, other: Place<unknown>) => boolean;

export function createIsSame(first: OpenApiDocument, second: OpenApiDocument): IsSame {
  const known = new Map<string, boolean>();

  /** @param seen the pairs that were found to be alike by themselves, on the way through all that is led to */
  function isAlike(one: Place<unknown>, other: Place<unknown>, seen: Set<string>): boolean {
    const key = `${one.ref} ${other.ref}`;
    if (known.has(key)) return known.get(key) === true;
    if (seen.has(key)) return true;
    seen.add(key);
    const isEqual = JSON.stringify(one.node) === JSON.stringify(other.node);
    const refs = isEqual ? refsIn(one.node) : [];
    const all =
      isEqual && refs.every((ref) => isAlike(target(first, ref, one.ref), target(second, ref, other.ref), seen));
    if (!all) known.set(key, false);
    return all;
  }

  return (one, other) => {
    const seen = new Set<string>();
    const all = isAlike(one, other, seen);
    // What was assumed of a circle is sure when everything in it is alike.
    if (all) for (const key of seen) known.set(key, true);
    return all;
  };
}

function refsIn(node: unknown): string[] {
  const refs: string[] = [];
  if (isObject(node))
    walk(
      node,
      (part, kind) => {
        refs.push(...referencesOf(part, kind));
        return undefined;
      },
      'schema',
    );
  return refs;
}
