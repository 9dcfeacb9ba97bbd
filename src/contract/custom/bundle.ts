import { isObject } from '../../base/is-object.ts';
import { isNamed, keysOf, pointerTo, valueAt } from '../references.ts';
import { type Json, type Kind, referenceOf, walk } from '../walk.ts';

/** What the bundling of a document asks of its files. */
export interface Sources {
  /** What a file that a `$ref` leads to says; throws where that may not be read. */
  open(file: string, by: Reference): unknown;
  /** The file that is meant by a text in another file. */
  locate(uri: string, from: string): string;
  /** The error for a `$ref` that leads nowhere. */
  dangling(by: Reference): Error;
}

/** Where a `$ref` stands in its file. */
export interface Reference {
  readonly file: string;
  readonly keys: readonly string[];
  readonly ref: string;
}

/**
 * Draws what stands in other files into a document, in place: each part where the first `$ref` to it is, and the others
 * lead there. What is in the document already stays as it is, in examples as well.
 */
export function bundle(document: Json, root: string, sources: Sources): Json {
  /** Where in the document the parts of files are, by file and pointer. */
  const placed = new Map<string, readonly string[]>([[`${root}#`, []]]);
  const isThree = String(document.openapi).startsWith('3.0');

  /** Where in the document a part of a file is, also as a part of a larger one. */
  function placeOf(file: string, keys: readonly string[]): readonly string[] | undefined {
    for (let length = keys.length; length >= 0; length -= 1) {
      const found = placed.get(file + pointerTo(keys.slice(0, length)));
      if (found !== undefined) return [...found, ...keys.slice(length)];
    }
    return undefined;
  }

  /** @param at where the part goes in the document, and `from` where it is in its file */
  function drawn(part: Json, kind: Kind, file: string, at: readonly string[], from: readonly string[]): Json {
    return walk(
      part,
      (node, kind, keys) => {
        const ref = referenceOf(node, kind);
        if (ref === undefined) return undefined;
        const own = keys.slice(at.length);
        return referred(node, ref, kind, keys, { file, keys: [...from, ...own], ref });
      },
      kind,
      at,
    );
  }

  function referred(node: Json, ref: string, kind: Kind, at: readonly string[], by: Reference): Json | undefined {
    const [uri = '', fragment = ''] = ref.split('#');
    const isHere = uri === '' ? by.file === root : isNamed(document, uri, at);
    if (isHere || (fragment !== '' && !fragment.startsWith('/'))) return undefined;
    const file = uri === '' ? by.file : sources.locate(uri, by.file);
    const keys = keysOf(fragment);
    const known = placeOf(file, keys);
    if (known !== undefined) return { ...node, $ref: pointerTo(known) };
    const value = structuredClone(valueAt(sources.open(file, by), keys));
    if (!isObject(value)) throw sources.dangling(by);
    const { $ref: _, ...beside } = node;
    const isWrapped = kind === 'schema' && !isThree && Object.keys(beside).length > 0;
    const place = isWrapped ? [...at, 'allOf', '0'] : at;
    placed.set(file + pointerTo(keys), place);
    const whole = drawn(value, kind, file, place, keys);
    return isWrapped ? { ...beside, allOf: [whole] } : { ...whole, ...beside };
  }

  // Another object: what was found out about the names in the document is no longer all.
  return { ...drawn(document, 'object', root, [], []) };
}
