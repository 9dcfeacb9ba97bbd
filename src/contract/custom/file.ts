import { realpathSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isObject } from '../../base/is-object.ts';
import type { OpenApiDocument } from '../document.ts';
import { decodedOr } from '../references.ts';
import { bundle, type Reference, type Sources } from './bundle.ts';
import { ContractError } from './error.ts';
import { placeOf as followed, type PlacedFiles } from './follow.ts';
import type { Origins } from './overlay/origins.ts';
import { readText, shownPath } from './text.ts';
import { parseYaml, type Yaml } from './yaml.ts';

/** A document as it stands in its files. */
export interface DocumentFile {
  /** With what stands in other files drawn in. */
  readonly document: OpenApiDocument;
  /** Where the value at these keys stands: `openapi.yaml:12:5`, also when a `$ref` leads to another file. */
  place(keys: readonly string[]): string;
}

export interface DocumentOptions {
  /** Where its `$ref`s may lead; its own folder when left out. */
  readonly folder?: string | undefined;
  /** Documents of the OpenAPI Overlay Specification, which are applied to it one after the other. */
  readonly overlays?: readonly string[] | undefined;
  /** What files say that are not written yet, by path. */
  readonly unwritten?: ReadonlyMap<string, string> | undefined;
}

/**
 * Reads an OpenAPI document in YAML or JSON, over one file or several. A `$ref` may lead to a file in `folder`, where
 * symbolic links end as well, and never to a URL: a document must not be able to make this process call anybody, or show
 * what else stands on the disk.
 *
 * @throws ContractError when a file cannot be read or parsed, is too large, or lies elsewhere, or an overlay does not fit
 */
export async function readDocument(file: string, options: DocumentOptions = {}): Promise<DocumentFile> {
  const { folder = dirname(file), overlays = [], unwritten } = options;
  for (const path of [file, ...overlays])
    if (isUrl(path)) throw new ContractError(path, 'expected a path to a file, got a URL');
  const root = resolve(file);
  const files = createFiles(folder, root, unwritten);
  const { value } = files.parsed(root);
  if (!isObject(value)) throw new ContractError(shownPath(root), 'expected an OpenAPI document');
  if (overlays.length > 0) {
    const { overlaid } = await import('./overlay/overlaid.ts');
    const paths = overlays.map((path) => resolve(path));
    files.composed(await overlaid(value, root, paths, files));
  }
  const document = bundle(value, root, files) as unknown as OpenApiDocument;
  files.letGo();
  return { document, place: (keys) => files.placeOf(root, keys) };
}

/** The files of a document, each read once. */
function createFiles(
  folder: string,
  root: string,
  unwritten: DocumentOptions['unwritten'] = new Map(),
): Sources & Files {
  const known = new Map<string, Yaml>();
  let origins: Origins | undefined;
  const parsed = (path: string): Yaml => {
    const yaml = known.get(path) ?? parseYaml(unwritten.get(path) ?? readText(path), shownPath(path));
    known.set(path, yaml);
    return yaml;
  };
  const placed: PlacedFiles = {
    root,
    placesOf: (path) => parsed(path).places(),
    linked: (uri, from) => (isUrl(uri) ? undefined : locate(uri, from)),
    get origins() {
      return origins;
    },
  };
  const placeOf: Files['placeOf'] = (file, keys) => followed(placed, file, keys);
  const refused = ({ file, keys }: Reference, problem: string): ContractError =>
    new ContractError(placeOf(file, [...keys, '$ref']), problem);
  const textBy = (path: string, by: Reference): string => {
    try {
      return readText(path);
    } catch (error) {
      throw refused(by, (error as Error).message);
    }
  };
  return {
    parsed,
    placeOf,
    composed(found) {
      origins = found;
    },
    letGo() {
      for (const [path, { places }] of known) known.set(path, { value: undefined, places });
    },
    dangling: (by) => refused(by, `expected \`${by.ref}\` to be there, found nothing`),
    locate,
    /** What stands in a file that a `$ref` leads to, with the place of the `$ref` in what is wrong with it. */
    open(path, by) {
      if (isUrl(by.ref)) throw refused(by, `expected a $ref into the document, or to a file of it, got \`${by.ref}\``);
      if (!isWithin(folder, path))
        throw refused(
          by,
          `${shownPath(path)}: lies outside ${shownPath(folder)}; \`contractFolder\` can name another folder`,
        );
      if (!known.has(path)) known.set(path, parseYaml(textBy(path, by), shownPath(path)));
      return parsed(path).value;
    },
  };
}

interface Files {
  parsed(path: string): Yaml;
  placeOf(file: string, keys: readonly string[]): string;
  /** Takes up where the parts of the document itself come from. */
  composed(origins: Origins): void;
  /** Forgets what the files say, which is in the document by now, but not where. */
  letGo(): void;
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !text.startsWith('file:');

const locate = (uri: string, from: string): string =>
  uri.startsWith('file:') ? fileURLToPath(uri) : resolve(dirname(from), decodedOr(uri));

/** Where links end, as a mounted secret or a folder is full of them. */
function isWithin(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder).replace(/[/\\]*$/, sep));
  } catch {
    return true; // There is none: reading it says so.
  }
}
