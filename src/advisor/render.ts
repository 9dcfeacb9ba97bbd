import { Document, isScalar, visit } from 'yaml';
import type { Advised } from './advice.ts';

/** What is to be printed: values, and values with the reason for them. */
export type Tree = string | number | Advised<string | number> | readonly Tree[] | { readonly [key: string]: Tree };

/** A document of its own, with what it is for. */
export interface Section {
  readonly title: string;
  readonly comment: string;
  readonly tree: Tree;
}

/** The reason for a value, by the keys that lead to it. */
export interface Reason {
  readonly path: readonly (string | number)[];
  readonly value: string | number;
  readonly why: string;
}

const isAdvised = (tree: Tree): tree is Advised<string | number> => typeof tree === 'object' && 'why' in tree;

/** The values alone. */
export function plain(tree: Tree): unknown {
  if (typeof tree !== 'object') return tree;
  if (isAdvised(tree)) return tree.value;
  if (Array.isArray(tree)) return tree.map(plain);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, plain(value as Tree)]));
}

/** The reasons alone. */
export function reasons(tree: Tree, path: Reason['path'] = []): Reason[] {
  if (typeof tree !== 'object') return [];
  if (isAdvised(tree)) return [{ path, ...tree }];
  const children = Array.isArray(tree) ? [...tree.entries()] : Object.entries(tree);
  return children.flatMap(([key, value]) => reasons(value, [...path, key]));
}

/** YAML with the reasons as comments. */
export const rendered = (sections: readonly Section[]): string => sections.map(document).join('---\n');

function document({ comment, tree }: Section): string {
  const yaml = new Document(plain(tree));
  for (const { path, why } of reasons(tree)) {
    const node = yaml.getIn(path, true);
    if (isScalar(node)) node.comment = ` ${why}`;
  }
  // A command is read in one line.
  visit(yaml, {
    Seq(_, node) {
      node.flow = node.items.every(isScalar);
    },
  });
  yaml.commentBefore = comment.replaceAll(/^/gm, ' ');
  return yaml.toString({ lineWidth: 0, flowCollectionPadding: false });
}
