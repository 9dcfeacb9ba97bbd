import { isObject } from '../base/is-object.ts';
import { unescapedKey } from '../base/json-pointer.ts';
import { DocumentError } from './document-error.ts';
import { type Json, walk } from './walk.ts';

/** The keys of a JSON pointer, with a `#` before it or without. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((step) => unescapedKey(decodedOr(step)));

/** The JSON pointer to these keys, as a `$ref` writes it. */
export const pointerTo = (keys: readonly string[]): string => `#${keys.map(segment).join('')}`;

/** A key as one step of a pointer. */
export const segment = (key: string): string =>
  `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/** A text without percent-encoding; as it is where that is malformed. */
export function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What is at these keys; nothing where they lead nowhere. */
export function valueAt(root: unknown, keys: readonly string[]): unknown {
  let node = root;
  for (const key of keys)
    node = typeof node === 'object' && node !== null && Object.hasOwn(node, key) ? (node as Json)[key] : undefined;
  return node;
}

/** Puts a value at these keys, and objects on the way there. */
export function put(root: Json, keys: readonly string[], value: unknown): void {
  let node = root;
  for (const key of keys.slice(0, -1)) {
    if (!Object.hasOwn(node, key)) node[key] = {};
    node = node[key] as Json;
  }
  const last = keys.at(-1) ?? '';
  node[last] = value;
}

/**
 * The pointer that a `$ref` stands for: into the document, or into the schema around it that has an `$id`, by a pointer
 * or by the name of an anchor (JSON Schema 2020-12, 8.2).
 *
 * @param from the pointer to where the `$ref` stands
 */
export function resolved(document: object, ref: string, from: string): string {
  const [uri = '', ...rest] = ref.split('#');
  const fragment = rest.join('#');
  const base = baseAt(document, keysOf(from));
  const resource = uri === '' ? base.keys : namesOf(document).resources.get(absolute(uri, base.uri));
  if (resource === undefined)
    throw new DocumentError(`expected a $ref into the document, or to a file of it, got \`${ref}\``, from);
  if (fragment === '' || fragment.startsWith('/')) return pointerTo([...resource, ...keysOf(fragment)]);
  const anchored = namesOf(document).anchors.get(`${pointerTo(resource)} ${fragment}`);
  if (anchored === undefined) throw new DocumentError(`expected an $anchor named ${fragment}, there is none`, from);
  return pointerTo(anchored);
}

/**
 * Refuses a `$dynamicRef` whose end depends on the way that leads to it: where its name stands once, it is a `$ref`.
 *
 * @throws DocumentError
 */
export function proveStatic(document: object, ref: string, from: string): void {
  const name = ref.split('#')[1] ?? '';
  const places = [...namesOf(document).anchors.keys()].filter((anchor) => anchor.endsWith(` ${name}`));
  if (places.length > 1)
    throw new DocumentError(
      `expected \`${ref}\` to lead to one schema, ${places.length} are named ${name}; write a $ref to the one that is meant`,
      from,
    );
}

/** Whether the document itself has a schema of this name: then a `$ref` to it leads to no file. */
export const isNamed = (document: object, uri: string, from: readonly string[]): boolean =>
  namesOf(document).resources.has(absolute(uri, baseAt(document, from).uri));

const absolute = (uri: string, base: string): string => URL.parse(uri, base)?.href ?? uri;

/** Where nothing says what a document is called. */
const unnamed = 'document:///';

interface Base {
  readonly uri: string;
  readonly keys: readonly string[];
}

/** The schema with an `$id` that a place is in, or else the document. */
function baseAt(document: object, keys: readonly string[]): Base {
  let base: Base = { uri: unnamed, keys: [] };
  let node: unknown = document;
  for (const [index, key] of [...keys, ''].entries()) {
    if (isObject(node) && typeof node.$id === 'string' && index > 0)
      base = { uri: absolute(node.$id, base.uri), keys: keys.slice(0, index) };
    node = (node as Json | null | undefined)?.[key];
  }
  return base;
}

interface Names {
  /** Of schemas with an `$id`, by URI. */
  readonly resources: ReadonlyMap<string, readonly string[]>;
  /** By the pointer to their resource and their name. */
  readonly anchors: ReadonlyMap<string, readonly string[]>;
}

const known = new WeakMap<object, Names>();

/** Every name in a document, looked for when the first one is asked for. */
function namesOf(document: object): Names {
  const found = known.get(document) ?? findNames(document);
  known.set(document, found);
  return found;
}

function findNames(document: object): Names {
  const resources = new Map<string, readonly string[]>();
  const anchors = new Map<string, readonly string[]>();
  const { $self } = document as Json;
  if (typeof $self === 'string') resources.set(absolute($self, unnamed), []);
  walk(document as Json, (node, kind, keys) => {
    if (kind !== 'schema') return undefined;
    if (typeof node.$id === 'string') resources.set(baseAt(document, keys).uri.replace(/#$/, ''), keys);
    for (const anchor of [node.$anchor, node.$dynamicAnchor])
      if (typeof anchor === 'string') anchors.set(`${pointerTo(baseAt(document, keys).keys)} ${anchor}`, keys);
    return undefined;
  });
  return { resources, anchors };
}
