import { isCollection, isMap, isScalar, type Node } from 'yaml';
import { keysOf } from '../references.ts';
import type { Origins } from './overlay/origins.ts';
import type { Places } from './yaml-places.ts';

/** The files of a document, as far as places are concerned. */
export interface PlacedFiles {
  placesOf(file: string): Places;
  /** The file that a `$ref` leads to from another one; nothing where it leads to none. */
  linked(uri: string, from: string): string | undefined;
  /** Where the parts of the document itself come from, where not all of it is of one file. */
  readonly origins: Origins | undefined;
  readonly root: string;
}

/** How many `$ref`s are followed to a place: they may lead in a circle. */
const mostFollowed = 100;

/** Where the value at these keys stands: as far as they lead, and where a `$ref` on the way leads to another file. */
export function placeOf(
  files: PlacedFiles,
  file: string,
  keys: readonly string[],
  left: number = mostFollowed,
): string {
  let [node, places] = nodeAt(files, file, []);
  for (const [index] of keys.entries()) {
    const here = keys.slice(0, index + 1);
    const [next, nextPlaces] = nodeAt(files, file, here);
    if (next === undefined) break;
    [node, places] = [next, nextPlaces];
    const ref = isMap(node) ? node.get('$ref') : undefined;
    const following = keys[index + 1];
    if (typeof ref !== 'string' || following === undefined || left === 0) continue;
    if (nodeAt(files, file, [...here, following])[0] !== undefined) continue;
    const [uri = '', pointer = ''] = ref.split('#');
    const target = uri === '' ? file : files.linked(uri, file);
    if (target === undefined || (pointer !== '' && !pointer.startsWith('/'))) continue;
    return placeOf(files, target, [...keysOf(pointer), ...keys.slice(index + 1)], left - 1);
  }
  return places.at(node);
}

/** The node at these keys of a file; of the document itself, it may be another file's. */
function nodeAt(files: PlacedFiles, file: string, keys: readonly string[]): readonly [Node | undefined, Places] {
  const origin = file === files.root ? files.origins?.of(keys) : undefined;
  const places = files.placesOf(origin?.file ?? file);
  let node = places.contents as Node | undefined;
  for (const key of origin?.keys ?? keys) node = isCollection(node) ? childOf(node, key) : undefined;
  return [node ?? undefined, places];
}

/** A key that is a number in YAML, as statuses are, is the text of it here. */
function childOf(node: Node, key: string): Node | undefined {
  if (!isMap(node)) return isCollection(node) ? (node.get(Number(key), true) as Node | undefined) : undefined;
  const pair = node.items.find(({ key: name }) => isScalar(name) && String(name.value) === key);
  return (pair?.value ?? node.get(key, true)) as Node | undefined;
}
