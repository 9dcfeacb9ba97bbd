import type { OpenApiDocument } from '../document.ts';
import { ContractError } from './error.ts';
import type { DocumentFile } from './file.ts';

type Components = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Before the names of the built-in document's components, which the other document may have as well. */
const prefix = 'Probity';

export interface Merged {
  readonly document: OpenApiDocument;
  /** The ids of the operations that were added. */
  readonly added: ReadonlySet<string>;
  /** The paths of the built-in document that this one has as well, and that are its own. */
  readonly displaced: readonly string[];
}

/**
 * A document with the built-in one's operations added. Where both declare a path, the document's own counts.
 *
 * @throws ContractError naming an operationId that stands in both, as there one would be taken for the other.
 */
export function merged(document: OpenApiDocument, builtin: OpenApiDocument, place: DocumentFile['place']): Merged {
  const { paths, ...rest } = prefixed(builtin);
  const isOwn = (path: string): boolean => Object.hasOwn(document.paths, path);
  const left = Object.fromEntries(Object.entries(paths).filter(([path]) => !isOwn(path)));
  const added = new Set(operations(left).map(({ id }) => id));
  const clash = operations(document.paths).find(({ id }) => added.has(id));
  if (clash !== undefined)
    throw new ContractError(
      place(['paths', ...clash.keys, 'operationId']),
      `expected another operationId than ${clash.id}, which an operation of the built-in document has`,
    );
  return {
    document: {
      ...document,
      'x-errors': { ...rest['x-errors'], ...document['x-errors'] },
      // The document's own servers may have a base path: the built-in operations stay where they are.
      paths: {
        ...document.paths,
        ...mapValues(left, (item) => ({ ...withItsSecurity(item), servers: [{ url: '/' }] })),
      },
      components: joined(componentsOf(document), componentsOf(rest)),
    } as OpenApiDocument,
    added,
    displaced: Object.keys(paths).filter(isOwn),
  };
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

const componentsOf = (document: object): Components => (document as { components?: Components }).components ?? {};

/** The ids of the operations under some paths, and where they stand. */
const operations = (paths: OpenApiDocument['paths']): { readonly id: string; readonly keys: readonly string[] }[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) => {
      const { operationId: id } = (operation ?? {}) as { operationId?: string };
      return id === undefined ? [] : [{ id, keys: [path, method] }];
    }),
  );

const mapValues = <A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
