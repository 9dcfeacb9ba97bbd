import { dirname, resolve } from 'node:path';
import { decodedOr } from '../../references.ts';
import type { Json } from '../../walk.ts';
import { ContractError } from '../error.ts';
import type { Yaml } from '../yaml.ts';
import { applyOverlay } from './apply.ts';
import { createOrigins, type Origins } from './origins.ts';
import { readOverlay } from './read.ts';
import { loadSelect } from './select.ts';

/** What the laying of overlays asks of files. */
export interface OverlayFiles {
  parsed(path: string): Yaml;
  placeOf(path: string, keys: readonly string[]): string;
}

/**
 * Lays overlays over a document, in place and one after the other.
 *
 * @param root the document's path
 * @returns where each part of it comes from
 * @throws ContractError for the first mistake, with its place in the overlay
 */
export async function overlaid(
  document: Json,
  root: string,
  overlays: readonly string[],
  files: OverlayFiles,
): Promise<Origins> {
  const select = await loadSelect();
  const origins = createOrigins(root);
  for (const file of overlays) {
    const place = (keys: readonly string[]): string => files.placeOf(file, keys);
    const overlay = readOverlay(files.parsed(file).value, place);
    if (overlay.extends !== undefined) proveExtends(overlay.extends, file, root, document, place);
    applyOverlay(document, { ...overlay, file, place }, origins, select);
  }
  return origins;
}

/** Where an overlay says which document it is for, that is to be this one, as far as can be told: a URL is not asked for. */
function proveExtends(
  uri: string,
  file: string,
  root: string,
  { $self }: Json,
  place: (keys: readonly string[]) => string,
): void {
  if (uri === $self || /^(?!file:)[a-z][a-z0-9+.-]+:/i.test(uri)) return;
  const { pathname = '' } = URL.parse(uri) ?? {};
  const path = uri.startsWith('file:') ? decodedOr(pathname) : resolve(dirname(file), decodedOr(uri));
  if (path !== root)
    throw new ContractError(place(['extends']), `extends: expected the document that it is laid over, got ${uri}`);
}
