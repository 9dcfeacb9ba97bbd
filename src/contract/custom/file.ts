import { realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isCollection, isMap, isScalar, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { readAtMost } from '../../base/read-file.ts';
import type { OpenApiDocument } from '../document.ts';
import { decodedOr, keysOf } from '../references.ts';
import { isJson } from '../walk.ts';
import { bundle, type Reference, type Sources } from './bundle.ts';
import { ContractError } from './error.ts';
import { parseYaml, type Yaml } from './yaml.ts';
import type { Places } from './yaml-places.ts';

/** A document as it stands in its files. */
export interface DocumentFile {
  /** With what stands in other files drawn in. */
  readonly document: OpenApiDocument;
  /** Where the value at these keys stands: `openapi.yaml:12:5`, also when a `$ref` leads to another file. */
  place(keys: readonly string[]): string;
}

/** Of each file, in bytes. */
const longest = 8_388_608;

/**
 * Reads an OpenAPI document in YAML or JSON, over one file or several. A `$ref` may lead to a file in `folder`, where
 * symbolic links end as well, and never to a URL: a document must not be able to make this process call anybody, or show
 * what else stands on the disk.
 *
 * @param folder that of the document when left out
 * @throws ContractError when a file cannot be read or parsed, is too large, or lies elsewhere
 */
export function readDocument(file: string, folder: string = dirname(file)): DocumentFile {
  if (isUrl(file)) throw new ContractError(file, 'expected a path to a file, got a URL');
  const root = resolve(file);
  const files = createFiles(folder);
  const { value } = files.parsed(root);
  if (!isJson(value)) throw new ContractError(shownPath(root), 'expected an OpenAPI document');
  const document = bundle(value, root, files) as unknown as OpenApiDocument;
  files.letGo();
  return { document, place: (keys) => files.placeOf(root, keys) };
}

/** The files of a document, each read once. */
function createFiles(folder: string): Sources & Files {
  const known = new Map<string, Yaml>();
  const parsed = (path: string): Yaml => {
    const yaml = known.get(path) ?? parseYaml(readText(path), shownPath(path));
    known.set(path, yaml);
    return yaml;
  };
  const placeOf: Files['placeOf'] = (file, keys) => follow((path) => parsed(path).places(), file, keys);
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

/** How many `$ref`s are followed to a place: they may lead in a circle. */
const mostFollowed = 100;

/** Where the value at these keys stands: as far as they lead, and where a `$ref` on the way leads to another file. */
function follow(
  placesOf: (file: string) => Places,
  file: string,
  keys: readonly string[],
  left: number = mostFollowed,
): string {
  const { contents, at } = placesOf(file);
  let node = contents as Node;
  for (const [index, key] of keys.entries()) {
    if (!isCollection(node)) break;
    const next = childOf(node, key);
    if (next === undefined) break;
    node = next;
    const ref = isMap(node) ? node.get('$ref') : undefined;
    const following = keys[index + 1];
    if (typeof ref !== 'string' || following === undefined || (isMap(node) && node.has(following))) continue;
    const [other = '', pointer = ''] = ref.split('#');
    if (left === 0 || isUrl(other) || (pointer !== '' && !pointer.startsWith('/'))) continue;
    const target = other === '' ? file : locate(other, file);
    return follow(placesOf, target, [...keysOf(pointer), ...keys.slice(index + 1)], left - 1);
  }
  return at(node);
}

/** A key of a map may be a number, as statuses often are: for JSON it is a text. */
function childOf(node: YAMLMap | YAMLSeq, key: string): Node | undefined {
  if (!isMap(node)) return node.get(Number(key), true) as Node | undefined;
  const pair = node.items.find(({ key: other }) => isScalar(other) && String(other.value) === key);
  return pair?.value as Node | undefined;
}

interface Files {
  parsed(path: string): Yaml;
  placeOf(file: string, keys: readonly string[]): string;
  /** Forgets what the files say, which is in the document by now, but not where. */
  letGo(): void;
}

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !text.startsWith('file:');

const locate = (uri: string, from: string): string =>
  uri.startsWith('file:') ? fileURLToPath(uri) : resolve(dirname(from), decodedOr(uri));

const shownPath = (path: string): string => relative('.', path) || path;

/** Where links end, as a mounted secret or a folder is full of them. */
function isWithin(folder: string, path: string): boolean {
  try {
    return realpathSync(path).startsWith(realpathSync(folder).replace(/[/\\]*$/, sep));
  } catch {
    return true; // There is none: reading it says so.
  }
}

function readText(path: string): string {
  try {
    return readAtMost(path, longest).toString('utf8');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new ContractError(shownPath(path), problems[code] ?? `cannot be read (${code})`);
  }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'expected a file, got a folder',
  EFBIG: `expected at most ${longest} bytes`,
};
