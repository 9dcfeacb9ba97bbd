import { isAlias, isCollection, isMap, isPair, isScalar, Lexer, LineCounter, type Node, parseDocument } from 'yaml';
import { isTooDeep } from '../../base/nesting.ts';
import { ContractError } from './error.ts';

/** A file in YAML or JSON, with where everything in it stands. */
export interface Yaml {
  /** As plain data: a tree, whose parts are nobody else's. */
  readonly value: unknown;
  readonly contents: Node | null;
  /** `openapi.yaml:12:5` */
  at(node: Node | undefined): string;
}

/** What aliases may add, in nodes: more is there to exhaust who reads it. */
const mostAliased = 100_000;

/**
 * @param shown the name of the file, for messages
 * @throws ContractError for the first mistake of syntax, or when it is nested too deeply, by aliases as well
 */
export function parseYaml(text: string, shown: string): Yaml {
  if (isTooDeep(text, new Lexer())) throw new ContractError(shown, 'nested too deeply');
  const lines = new LineCounter();
  // That keys are unique the parser finds out by comparing each with each.
  const options = { prettyErrors: false, uniqueKeys: false, merge: true, resolveKnownTags: false } as const;
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent', ...options });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  const placeOf = (node: Node | undefined): string => (node?.range ? at(node.range[0]) : shown);
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake !== undefined) throw new ContractError(at(mistake.pos[0]), mistake.message);
  const aliased = proveNodes(document.contents, placeOf);
  return {
    contents: document.contents,
    at: placeOf,
    value: plain(() => document.toJS({ maxAliasCount: -1 }), aliased, shown),
  };
}

function plain(make: () => unknown, isShared: boolean, shown: string): unknown {
  try {
    const value = make();
    return isShared ? JSON.parse(JSON.stringify(value)) : value;
  } catch (error) {
    throw new ContractError(shown, (error as Error).message);
  }
}

/**
 * Keys are to be unique, aliases to have their anchors before them, and what they stand for is to be bounded. Whether
 * there is an alias at all.
 */
function proveNodes(contents: Node | null, placeOf: (node: Node | undefined) => string): boolean {
  const sizes = new Map<string, number>();
  let aliased = 0;
  let isShared = false;
  const sizeOf = (node: unknown): number => {
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    if (isAlias(node)) return sizeOfAlias(node.source, node);
    let size = 1;
    if (isMap(node)) proveUnique(node.items, placeOf);
    if (isCollection(node)) for (const item of node.items) size += sizeOf(item);
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor !== undefined) sizes.set(anchor, size);
    return size;
  };
  const sizeOfAlias = (anchor: string, node: Node): number => {
    const size = sizes.get(anchor);
    if (size === undefined)
      throw new ContractError(placeOf(node), 'expected an alias of an anchor that ends before it');
    isShared = true;
    aliased += size;
    if (aliased > mostAliased) throw new ContractError(placeOf(node), 'too many aliases');
    return size;
  };
  sizeOf(contents);
  return isShared;
}

function proveUnique(items: readonly { readonly key: unknown }[], placeOf: (node: Node | undefined) => string): void {
  const keys = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (keys.has(key.value) && key.value !== '<<') throw new ContractError(placeOf(key), 'Map keys must be unique');
    keys.add(key.value);
  }
}
