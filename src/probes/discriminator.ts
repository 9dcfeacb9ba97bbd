import { isObject } from '../base/is-object.ts';
import { childItself, followSchema, type OpenApiDocument, type Place, type Schema } from '../contract/document.ts';
import { keysOf, resolved } from '../contract/references.ts';

/** What tells the branches of a schema apart. */
interface Discriminator {
  readonly property: string;
  /** The words that stand for a branch: those of the mapping, or else the name of its schema. */
  wordsFor(branch: Place<Schema>): readonly string[];
}

/** The branches that one of must hold, or some of them; nothing where there are none. */
export function branchesOf({ node, ref }: Place<Schema>): Place<Schema>[] | undefined {
  const key = ['oneOf', 'anyOf'].find((keyword) => Array.isArray(node[keyword]));
  if (key === undefined) return undefined;
  const list = childItself<readonly Schema[]>({ node, ref }, key);
  return list.node.map((_, index) => childItself<Schema>(list, String(index)));
}

export function discriminatorOf(document: OpenApiDocument, { node, ref }: Place<Schema>): Discriminator | undefined {
  const { discriminator } = node;
  if (!isObject(discriminator) || typeof discriminator.propertyName !== 'string') return undefined;
  const mapping = isObject(discriminator.mapping) ? Object.entries(discriminator.mapping) : [];
  const mapped = mapping.map(([word, to]) => [word, placeNamed(document, String(to), ref)] as const);
  return {
    property: discriminator.propertyName,
    wordsFor(branch) {
      const { ref: place } = followSchema(document, branch);
      const words = mapped.flatMap(([word, to]) => (to === place ? [word] : []));
      return words.length === 0 ? [keysOf(place).at(-1) ?? ''] : words;
    },
  };
}

/** A mapping leads to a schema by its name as well. */
const placeNamed = (document: OpenApiDocument, to: string, from: string): string =>
  resolved(document, /^[\w.-]+$/.test(to) ? `#/components/schemas/${to}` : to, from);
