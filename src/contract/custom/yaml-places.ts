import { isAlias, isCollection, isMap, isPair, isScalar, Lexer, LineCounter, type Node, parseDocument } from 'yaml';
import { isTooDeep } from '../../base/nesting.ts';
import { ContractError } from './error.ts';

/** Where everything in a file in YAML or JSON stands. */
export interface Places {
  readonly contents: Node | null;
  /** `openapi.yaml:12:5` */
  at(node: Node | undefined): string;
}

/** What aliases may add, in nodes: more is there to exhaust who reads it. */
export const mostAliased = 100_000;

/**
 * Reads a file with its places. That takes ten times as long as to read it, and a hundred times its size: only a mistake
 * is worth that.
 *
 * @param shown the name of the file, for messages
 * @throws ContractError for the first mistake of syntax, or when it is nested too deeply, by aliases as well
 */
export function placesIn(text: string, shown: string): Places {
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
  proveNodes(document.contents, placeOf);
  return { contents: document.contents, at: placeOf };
}

/**
 * Keys are to be unique, aliases to have their anchors before them, and what they stand for is to be bounded.
 */
function proveNodes(contents: Node | null, placeOf: (node: Node | undefined) => string): void {
  const sizes = new Map<string, number>();
  let aliased = 0;
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
    aliased += size;
    if (aliased > mostAliased) throw new ContractError(placeOf(node), 'too many aliases');
    return size;
  };
  sizeOf(contents);
}

function proveUnique(items: readonly { readonly key: unknown }[], placeOf: (node: Node | undefined) => string): void {
  const keys = new Set<unknown>();
  for (const { key } of items) {
    if (!isScalar(key)) continue;
    if (keys.has(key.value) && key.value !== '<<') throw new ContractError(placeOf(key), 'Map keys must be unique');
    keys.add(key.value);
  }
}
