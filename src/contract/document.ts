import { plainError } from '../base/errors.ts';

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
export function child<Node extends object>(
  document: OpenApiDocument,
  parent: { node: object; ref: string },
  key: string,
): Place<Node> {
  const node = (parent.node as Record<string, unknown>)[key] as Node;
  return follow(document, { node, ref: `${parent.ref}/${encodeURIComponent(escapeSegment(key))}` });
}

/** The place that a chain of `$ref`s ends at. */
export function follow<Node extends object>(document: OpenApiDocument, place: Place<Node>): Place<Node> {
  const seen = new Set<string>();
  let found = place;
  for (let ref = refOf(place); ref !== undefined; ref = refOf(found)) {
    if (seen.has(ref))
      throw plainError('PROBITY_CONTRACT', `Expected \`${ref}\` to lead somewhere, it leads back to itself`);
    seen.add(ref);
    found = { node: at(document, ref) as Node, ref };
  }
  return found;
}

const refOf = ({ node }: Place<object | undefined>): string | undefined => (node as Schema | undefined)?.$ref;

function at(document: OpenApiDocument, ref: string): unknown {
  if (!ref.startsWith('#/')) throw plainError('PROBITY_CONTRACT', `Expected a $ref into the document, got \`${ref}\``);
  let node: unknown = document;
  for (const key of keysOf(ref)) node = (node as Record<string, unknown> | undefined)?.[key];
  if (node === undefined)
    throw plainError('PROBITY_CONTRACT', `Expected \`${ref}\` to be in the document, found nothing there`);
  return node;
}

const escapeSegment = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1');

/** The keys of a JSON pointer, with a `#` before it or without. */
export const keysOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => decodedOr(segment).replaceAll('~1', '/').replaceAll('~0', '~'));

/** A text without percent-encoding; as it is where that is malformed. */
export function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
