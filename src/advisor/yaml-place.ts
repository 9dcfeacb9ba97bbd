import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type YAMLMap } from 'yaml';

/**
 * A value in a file, with where it stands. What is not there has a place as well, the one that it is missing from, so
 * that a rule can ask for any path and complain of whatever it finds.
 */
export interface Place {
  readonly file: string;
  /** From 1. That of a scalar is its own; that of a mapping or a list is its key's. */
  readonly line: number;
  readonly column: number;
  readonly exists: boolean;
  /** The value of a scalar; absent where there is none, and for a mapping or a list. */
  readonly scalar?: string | number | boolean;
  /** The place at these keys and indices. Aliases and merge keys (`<<`) are followed. */
  get(...path: readonly (string | number)[]): Place;
  /** The keys of a mapping with their places; none of anything else. */
  entries(): readonly (readonly [string, Place])[];
  /** The items of a list; none of anything else. */
  items(): readonly Place[];
}

/** A scalar as text. */
export const textOf = ({ scalar }: Place): string | undefined => (scalar === undefined ? undefined : String(scalar));

/** The file that a node belongs to. */
interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
}

/** Merge keys may lead to mappings with merge keys; a chain that is longer leads back to itself. */
const longestChain = 16;

/** The whole of a document. */
export const placeOfDocument = (file: string, document: Document, lines: LineCounter): Place =>
  placeOf({ file, document, lines }, document.contents, document.contents?.range?.[0] ?? 0);

function placeOf(source: Source, value: unknown, offset: number): Place {
  const node = resolved(source, value);
  const own = isScalar(node) && node.value !== null && value === node ? node.range?.[0] : undefined;
  const { line, col } = source.lines.linePos(own ?? offset);
  const at = (key: string | number): Place => {
    const found = childOf(source, node, key);
    return found === undefined
      ? placeOf(source, undefined, offset)
      : placeOf(source, found.value, found.offset ?? offset);
  };
  return {
    file: source.file,
    line,
    column: col,
    exists: node !== undefined && !(isScalar(node) && node.value === null),
    ...(isScalar(node) && isPlain(node.value) ? { scalar: node.value } : {}),
    get: (...[key, ...rest]) => (key === undefined ? placeOf(source, value, offset) : at(key).get(...rest)),
    entries: () => (isMap(node) ? keysOf(source, node).map((key) => [key, at(key)] as const) : []),
    items: () => (isSeq(node) ? node.items.map((_, index) => at(index)) : []),
  };
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);

const resolved = ({ document }: Source, value: unknown): Node | undefined =>
  (isAlias(value) ? value.resolve(document) : (value as Node | null)) ?? undefined;

interface Child {
  readonly value: unknown;
  readonly offset?: number | undefined;
}

function childOf(source: Source, node: Node | undefined, key: string | number): Child | undefined {
  if (isMap(node)) return pairOf(source, node, String(key), 0);
  if (!isSeq(node) || typeof key !== 'number' || key >= node.items.length) return undefined;
  const value = node.items[key];
  return { value, offset: (value as Node | null)?.range?.[0] };
}

/** The pair of a mapping, or else of what is merged into it. */
function pairOf(source: Source, map: YAMLMap, key: string, depth: number): Child | undefined {
  const pair = map.items.find((item) => nameOf(item.key) === key);
  if (pair !== undefined) return { value: pair.value, offset: (pair.key as Node).range?.[0] };
  if (depth === longestChain) return undefined;
  for (const merged of mergedInto(source, map)) {
    const found = pairOf(source, merged, key, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function keysOf(source: Source, map: YAMLMap, depth = 0): string[] {
  const merged = depth === longestChain ? [] : mergedInto(source, map).flatMap((one) => keysOf(source, one, depth + 1));
  return [...new Set([...map.items.map(({ key }) => nameOf(key)), ...merged])].filter((key) => key !== mergeKey);
}

const mergeKey = '<<';

function mergedInto(source: Source, map: YAMLMap): YAMLMap[] {
  const value = resolved(source, map.items.find(({ key }) => nameOf(key) === mergeKey)?.value);
  return (isSeq(value) ? value.items.map((item) => resolved(source, item)) : [value]).filter(isMap);
}

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');
