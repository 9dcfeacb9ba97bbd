import type { RouteHandlers } from '../../generated/contract/fastify.gen.ts';
import { isObject } from '../base/is-object.ts';
import { type Contract, isServed } from './contract.ts';
import { type OpenApiDocument, target } from './document.ts';
import { type Operation, readErrors, readOperations } from './operations.ts';
import { keysOf, pointerTo, put, valueAt } from './references.ts';
import { type Json, kindAt, referencesOf, walk } from './walk.ts';

/** The operation that answers with the whole document. */
const wholeDocument = 'getContract' satisfies keyof RouteHandlers;

/**
 * A contract without what nobody asks for any more: a large document is mostly about operations that are left to an
 * application. It stays as a whole where it is served.
 */
export function lean(contract: Contract): Contract {
  if (contract.handled.has(wholeDocument)) return contract;
  const served = contract.operations.filter((operation) => isServed(contract, operation));
  const document = excerpt(contract.document, served);
  return { ...contract, document, operations: readOperations(document), errors: readErrors(document) };
}

/** What some operations of a document say, and what that refers to, each where it stands in the document. */
export function excerpt(document: OpenApiDocument, operations: readonly Operation[]): OpenApiDocument {
  const { paths: _, components, webhooks: __, ...rest } = document as unknown as Json;
  const found: Json = { ...rest, paths: {}, components: {} };
  if (isObject(components) && 'securitySchemes' in components)
    found.components = { securitySchemes: components.securitySchemes };
  const waiting = [['x-errors']];
  for (const { key, method } of operations) waiting.push(...pathOf(document, key, method));
  const done = new Set<string>();
  // It grows while it is gone through: the order of the document stays.
  for (const keys of waiting) {
    const pointer = pointerTo(keys);
    const node = valueAt(document, keys);
    if (done.has(pointer) || node === undefined) continue;
    done.add(pointer);
    put(found, keys, node);
    const parts = Array.isArray(node) ? node : [node];
    for (const part of parts) if (isObject(part)) waiting.push(...referred(document, part, keys));
  }
  return found as unknown as OpenApiDocument;
}

/** The operation in its path item, with what all operations of that share; a path item that stands elsewhere as a whole. */
function pathOf(document: OpenApiDocument, key: string, method: string): string[][] {
  const item = (document.paths[key] ?? {}) as Json;
  if (typeof item.$ref === 'string') return [['paths', key]];
  const shared = Object.keys(item).filter((name) => !isObject(item[name]));
  return [...shared, method].map((name) => ['paths', key, name]);
}

/** Where the references in a part of a document lead. */
function referred(document: OpenApiDocument, part: Json, at: readonly string[]): string[][] {
  const places: string[][] = [];
  walk(
    part,
    (node, kind, keys) => {
      for (const ref of referencesOf(node, kind)) places.push(...placesOf(document, ref, pointerTo(keys)));
      return undefined;
    },
    kindAt(document, at),
    at,
  );
  return places;
}

/** Where a `$ref` leads. By its name a schema is found among all the others, so these stay as well. */
const placesOf = (document: OpenApiDocument, ref: string, from: string): string[][] => {
  const keys = keysOf(target(document, ref, from).ref);
  return ref.startsWith('#/') ? [keys] : [keys, ['components', 'schemas']];
};
