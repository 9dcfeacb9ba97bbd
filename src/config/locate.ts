import type { Document, Node } from 'yaml';
import type { Path } from './source.ts';

/** Finds the nodes of a document. */
export interface Locator {
  /** The value at `path`. */
  at(path: Path): Node | undefined;
  /** The key of a mapping at `path`. */
  key(path: Path, key: string): Node | undefined;
  /** The value at `path`, or the innermost one around it when there is none. */
  nearest(path: Path): Node | undefined;
}

/** Follows aliases to their anchors. */
export function locator(
  document: Document,
  { isAlias, isCollection, isMap, isNode, isScalar }: typeof import('yaml'),
): Locator {
  /** The nodes on the way to a value, the outermost first, as far as there are any. */
  const nodesTo = (path: Path): readonly Node[] => {
    const nodes: Node[] = [];
    const enter = (node: unknown): void => {
      const target = isAlias(node) ? node.resolve(document) : node;
      if (!isNode(target)) return;
      nodes.push(target);
      const key = path[nodes.length - 1];
      if (key !== undefined && isCollection(target)) enter(target.get(key, true));
    };
    enter(document.contents);
    return nodes;
  };
  const at = (path: Path): Node | undefined => nodesTo(path)[path.length];
  const key = (path: Path, name: string): Node | undefined => {
    const node = at(path);
    const keys = isMap(node) ? node.items.map((pair) => pair.key) : [];
    return keys.filter(isScalar).find(({ value }) => value === name);
  };
  return { at, key, nearest: (path) => nodesTo(path).at(-1) };
}
