import { DocumentError } from './document-error.ts';
import { keysOf, resolved, segment, valueAt } from './references.ts';

/** A JSON Schema as it stands in a document: nothing is assumed of it but that it is an object. */
export interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

export interface HeaderObject {
  readonly $ref?: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

export interface ResponseObject {
  readonly $ref?: string;
  readonly headers?: Readonly<Record<string, HeaderObject>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export type ResponsesObject = Readonly<Record<string, ResponseObject>>;

export interface Server {
  readonly url: string;
  readonly variables?: Readonly<Record<string, { readonly default?: unknown }>>;
}

export interface OperationObject {
  readonly operationId?: string;
  readonly 'x-probe'?: unknown;
  readonly 'x-simulate'?: unknown;
  readonly 'x-access'?: unknown;
  readonly servers?: readonly Server[];
  readonly responses?: ResponsesObject;
}

/** As much of an OpenAPI document as Probity reads. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly servers?: readonly Server[];
  /** The answers that belong to no operation, by status. */
  readonly 'x-errors'?: ResponsesObject;
}

/** A place in a document: the node, and the JSON pointer to it, `#`-prefixed and escaped for a `$ref`. */
export interface Place<Node> {
  readonly node: Node;
  readonly ref: string;
}

/** The child `key` of a place, followed through its `$ref`s. */
export const child = <Node extends object>(document: OpenApiDocument, parent: Parent, key: string): Place<Node> =>
  follow(document, childItself<Node>(parent, key));

/** The schema `key` of a place, followed as far as `$ref` is all that is said. */
export const schemaUnder = (document: OpenApiDocument, parent: Parent, key: string): Place<Schema> =>
  followSchema(document, childItself<Schema>(parent, key));

interface Parent {
  readonly node: object;
  readonly ref: string;
}

/** The child `key` of a place as it stands there. */
export const childItself = <Node>({ node, ref }: Parent, key: string): Place<Node> => ({
  node: (node as Record<string, unknown>)[key] as Node,
  ref: ref + segment(key),
});

/** The place that a chain of `$ref`s ends at. */
export const follow = <Node extends object>(document: OpenApiDocument, place: Place<Node>): Place<Node> =>
  followWhile(document, place, () => true);

/**
 * The schema that a chain of `$ref`s ends at. It ends before a schema that says more beside its `$ref`, as that counts
 * as well (OpenAPI 3.1.1, 4.8.24).
 */
export const followSchema = (document: OpenApiDocument, place: Place<Schema>): Place<Schema> =>
  followWhile(document, place, (node) => Object.keys(node).every((key) => key === '$ref' || isRemark(key)));

const remarks = new Set([
  'title',
  'description',
  'summary',
  'default',
  'example',
  'examples',
  'deprecated',
  '$comment',
]);

/** Whether a keyword says nothing of what is valid. */
const isRemark = (key: string): boolean =>
  remarks.has(key) || key.startsWith('x-') || key === 'readOnly' || key === 'writeOnly';

function followWhile<Node extends object>(
  document: OpenApiDocument,
  place: Place<Node>,
  isAll: (node: object) => boolean,
): Place<Node> {
  const seen = new Set<string>();
  let found = place;
  for (let ref = refOf(found); ref !== undefined && isAll(found.node); ref = refOf(found)) {
    if (seen.has(found.ref)) throw new DocumentError(`expected \`${ref}\` to end somewhere, it leads back`, place.ref);
    seen.add(found.ref);
    found = target(document, ref, found.ref);
  }
  return found;
}

/** The place that one `$ref` leads to. */
export function target<Node>(document: OpenApiDocument, ref: string, from: string): Place<Node> {
  const to = resolved(document, ref, from);
  const node = valueAt(document, keysOf(to));
  if (node === undefined)
    throw new DocumentError(`expected \`${ref}\` to be in the document, found nothing there`, from);
  return { node: node as Node, ref: to };
}

const refOf = ({ node }: Place<object | undefined>): string | undefined => {
  const ref = (node as Schema | undefined)?.$ref;
  return typeof ref === 'string' ? ref : undefined;
};
