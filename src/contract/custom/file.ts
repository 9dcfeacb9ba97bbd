import { realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '@apidevtools/json-schema-ref-parser';
import { isCollection, isMap, isScalar, type Node, visit } from 'yaml';
import { readAtMost } from '../../base/read-file.ts';
import { decodedOr, keysOf, type OpenApiDocument } from '../document.ts';
import { ContractError } from './error.ts';
import { parseYaml, type Yaml } from './yaml.ts';

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
export async function readDocument(file: string, folder: string = dirname(file)): Promise<DocumentFile> {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(file)) throw new ContractError(file, 'expected a path to a file, got a URL');
  const files = createFiles(file, folder);
  if (!isMap(files.parsed(file).contents)) throw new ContractError(shownPath(file), 'expected an OpenAPI document');
  let mistake: unknown;
  /** The reader of references tells of mistakes in words of its own; the first of ours is the one to be told. */
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      mistake ??= error;
      throw error;
    }
  };
  try {
    const document = await bundle(file, {
      resolve: { http: false, file: { read: (found) => told(() => files.follow(found)) } },
      parse: {
        json: false,
        yaml: {
          canParse: ['.yaml', '.yml', '.json'],
          parse: ({ url, data }) => told(() => files.parsed(pathOf(url), String(data)).value),
        },
      },
    });
    return { document: document as unknown as OpenApiDocument, place: (keys) => files.placeOf(file, keys) };
  } catch (error) {
    if (mistake !== undefined) throw mistake;
    throw new ContractError(shownPath(file), (error as Error).message.split('\n')[0] ?? 'cannot be read');
  }
}

/** A file as the reader of references asks for it, with the `$ref` that leads there. */
interface Found {
  readonly url: string;
  readonly reference?: string;
  readonly baseUrl?: string;
}

/** The files of a document, each read once. */
function createFiles(root: string, folder: string) {
  const known = new Map<string, Yaml>();
  const parsed = (file: string, text?: string): Yaml => {
    const path = resolve(file);
    const yaml = known.get(path) ?? parseYaml(text ?? readText(path), shownPath(path));
    known.set(path, yaml);
    return yaml;
  };
  /** Follows the keys as far as they lead, and a `$ref` to another file on the way. */
  const placeOf = (file: string, keys: readonly string[]): string => {
    const { contents, at } = parsed(file);
    let node = contents as Node;
    for (const [index, key] of keys.entries()) {
      if (!isCollection(node)) break;
      const next = node.get(isMap(node) ? key : Number(key), true) as Node | undefined;
      if (next === undefined) break;
      node = next;
      const ref = isMap(node) ? node.get('$ref') : undefined;
      if (typeof ref !== 'string' || index === keys.length - 1) continue;
      const [other = '', pointer = ''] = ref.split('#');
      const target = other === '' ? file : resolve(dirname(file), other);
      return placeOf(target, [...keysOf(pointer), ...keys.slice(index + 1)]);
    }
    return at(node);
  };
  return {
    parsed,
    placeOf,
    /** The text of a file that a `$ref` leads to, with the place of the `$ref` in what is wrong with it. */
    follow({ url, reference, baseUrl }: Found): string {
      const path = pathOf(url);
      if (reference === undefined || baseUrl === undefined) return readText(path);
      try {
        if (!isWithin(folder, path))
          throw new ContractError(
            shownPath(path),
            `lies outside ${shownPath(folder)}; \`contractFolder\` can name another folder`,
          );
        return readText(path);
      } catch (error) {
        const { contents, at } = parsed(pathOf(baseUrl.split('#')[0] ?? root));
        throw new ContractError(at(refTo(reference, contents)), (error as Error).message);
      }
    },
  };
}

/** Where a `$ref` leads to this file. */
function refTo(file: string, contents: Node | null): Node | undefined {
  let found: Node | undefined;
  visit(contents, {
    Pair(_, { key, value }) {
      const isIt =
        isScalar(key) && key.value === '$ref' && isScalar(value) && String(value.value).split('#')[0] === file;
      if (!isIt) return undefined;
      found = value;
      return visit.BREAK;
    },
  });
  return found;
}

const shownPath = (path: string): string => relative('.', path) || path;

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(url) : decodedOr(url));

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
