import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { bundle } from '@apidevtools/json-schema-ref-parser';
import { type Document, isCollection, isMap, LineCounter, type Node, parseDocument } from 'yaml';
import type { OpenApiDocument } from '../document.ts';
import { ContractError } from './error.ts';

/** A document as it stands in its files. */
export interface DocumentFile {
  /** With what stands in other files drawn in. */
  readonly document: OpenApiDocument;
  /** Where the value at these keys stands: `openapi.yaml:12:5`, also when a `$ref` leads to another file. */
  place(keys: readonly string[]): string;
}

/**
 * Reads an OpenAPI document in YAML or JSON, over one file or several. A `$ref` may lead to a file, never to a URL: a
 * document must not be able to make this process call anybody.
 *
 * @throws ContractError when a file cannot be read or parsed.
 */
export async function readDocument(file: string): Promise<DocumentFile> {
  // Every file once by ourselves: our messages say where a mistake is.
  readYaml(file);
  try {
    const document = (await bundle(file, { resolve: { http: false } })) as unknown as OpenApiDocument;
    return { document, place: (keys) => placeOf(file, keys) };
  } catch (error) {
    throw new ContractError(relative('.', file) || file, (error as Error).message.split('\n')[0] ?? 'cannot be read');
  }
}

interface Yaml {
  readonly document: Document;
  at(node: Node | undefined): string;
}

function readYaml(file: string): Yaml {
  const shown = relative('.', file) || file;
  const lines = new LineCounter();
  const document = parseDocument(read(file, shown), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  const [mistake] = document.errors;
  if (mistake !== undefined) throw new ContractError(at(mistake.pos[0]), mistake.message);
  if (!isMap(document.contents)) throw new ContractError(shown, 'expected an OpenAPI document');
  return { document, at: (node) => (node?.range ? at(node.range[0]) : shown) };
}

function read(file: string, shown: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ContractError(shown, code === 'ENOENT' ? 'no such file' : `cannot be read (${code})`);
  }
}

/** Follows the keys as far as they lead, and a `$ref` to another file on the way. */
function placeOf(file: string, keys: readonly string[]): string {
  const { document, at } = readYaml(file);
  let node = document.contents as Node;
  for (const [index, key] of keys.entries()) {
    if (!isCollection(node)) break;
    const next = node.get(isMap(node) ? key : Number(key), true) as Node | undefined;
    if (next === undefined) break;
    node = next;
    const ref = isMap(node) ? node.get('$ref') : undefined;
    if (typeof ref !== 'string' || index === keys.length - 1) continue;
    const [other = '', pointer = ''] = ref.split('#');
    const target = other === '' ? file : resolve(dirname(file), other);
    return placeOf(target, [...pointer.split('/').slice(1).map(unescaped), ...keys.slice(index + 1)]);
  }
  return at(node);
}

const unescaped = (segment: string): string => decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~');
