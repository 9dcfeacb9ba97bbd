import type { OpenApiDocument } from '../document.ts';
import { ContractError } from './error.ts';

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Before the names of the built-in document's components, which the other document may have as well. */
const prefix = 'Probity';

/**
 * A document with the built-in one's operations added; what both have is an error.
 *
 * @throws ContractError naming the path, or the operation, that stands in both.
 */
export function merged(document: OpenApiDocument, builtin: OpenApiDocument, file: string): OpenApiDocument {
  const added = prefixed(builtin);
  for (const path of Object.keys(added.paths)) {
    if (Object.hasOwn(document.paths, path)) throw clash(file, `path ${path}`);
  }
  const ids = operationIds(document);
  for (const id of operationIds(added)) if (ids.has(id)) throw clash(file, `operationId ${id}`);
  return {
    ...document,
    'x-errors': { ...added['x-errors'], ...document['x-errors'] },
    // The document's own servers may have a base path: the built-in operations stay where they are.
    paths: {
      ...document.paths,
      ...mapValues(added.paths, (item) => ({ ...withItsSecurity(item), servers: [{ url: '/' }] })),
    },
    components: joined(componentsOf(document), componentsOf(added)),
  } as OpenApiDocument;
}

/** Where a document declares no answer of its own for what belongs to no operation, it gets the built-in one. */
export function withErrors(document: OpenApiDocument, builtin: OpenApiDocument): OpenApiDocument {
  const { 'x-errors': errors = {}, ...rest } = prefixed(builtin);
  if (Object.keys(errors).every((status) => document['x-errors']?.[status] !== undefined)) return document;
  return {
    ...document,
    'x-errors': { ...errors, ...document['x-errors'] },
    components: joined(componentsOf(document), componentsOf(rest)),
  } as OpenApiDocument;
}

/**
 * A path item whose operations say what they need: nothing of them may hang on the document's own default, and their
 * schemes have longer names here.
 */
const withItsSecurity = (item: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  mapValues(item, (operation) => {
    if (Array.isArray(operation)) return operation;
    const { security = [], ...rest } = operation as { security?: readonly Readonly<Record<string, unknown>>[] };
    const named = security.map((needed) =>
      Object.fromEntries(Object.entries(needed).map(([name, scopes]) => [prefix + name, scopes])),
    );
    return { ...rest, security: named };
  });

const clash = (file: string, what: string): ContractError =>
  new ContractError(file, `${what} stands here and in the built-in openapi/probity.yaml`);

/** The same document with longer names for its components. */
function prefixed(document: OpenApiDocument): OpenApiDocument {
  const text = JSON.stringify(document).replaceAll(/("#\/components\/\w+\/)/g, `$1${prefix}`);
  const copy = JSON.parse(text) as OpenApiDocument;
  const components = mapValues(componentsOf(copy), (kind) =>
    Object.fromEntries(Object.entries(kind).map(([name, value]) => [prefix + name, value])),
  );
  return { ...copy, components } as OpenApiDocument;
}

function joined(one: Components, other: Components): Components {
  const kinds = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...kinds].map((kind) => [kind, { ...one[kind], ...other[kind] }]));
}

const componentsOf = (document: OpenApiDocument): Components =>
  (document as { components?: Components }).components ?? {};

function operationIds(document: OpenApiDocument): Set<string> {
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  return new Set(operations.flatMap((operation) => (operation as { operationId?: string }).operationId ?? []));
}

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
