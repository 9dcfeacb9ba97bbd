import { basename, dirname, relative, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { isObject } from '../base/is-object.ts';
import { ContractError } from '../contract/custom/error.ts';
import { checkExtensions } from '../contract/custom/extensions.ts';
import { placeOf } from '../contract/custom/follow.ts';
import { readText, shownPath } from '../contract/custom/text.ts';
import { parseYaml } from '../contract/custom/yaml.ts';
import type { OpenApiDocument } from '../contract/document.ts';
import { valueAt } from '../contract/references.ts';
import type { Json } from '../contract/walk.ts';
import type { Addition, Plain } from './additions.ts';
import { type Edit, edited, editsFor } from './edits.ts';

/** A document in its own file, without what its `$ref`s lead to. */
export interface Subject extends Plain {
  readonly file: string;
  readonly text: string;
}

/**
 * @throws ContractError where a file cannot be read, or is no document of OpenAPI
 */
export function readSubject(file: string): Subject {
  const shown = shownPath(resolve(file));
  const text = readText(resolve(file));
  const { value, places } = parseYaml(text, shown);
  const files = { root: shown, origins: undefined, placesOf: places, linked: () => undefined };
  const place = (keys: readonly string[]): string => placeOf(files, shown, keys);
  if (!isObject(value)) throw new ContractError(shown, 'expected an OpenAPI document');
  const document = value as unknown as OpenApiDocument;
  checkExtensions({ document, place });
  return { file, text, document, place };
}

/**
 * The edits that add to a document's file. What they make is read again, and is to be the document with the additions and
 * nothing else.
 *
 * @throws ContractError where the file has no place for an addition that is its own
 */
export function provenEdits({ file, text, document, place }: Subject, additions: readonly Addition[]): Edit[] {
  const edits = editsFor(text, additions);
  const isRight =
    edits !== undefined &&
    isDeepStrictEqual(parsedOr(edited(text, edits), file), added(document as unknown as Json, additions));
  if (isRight) return edits;
  const [first] = additions;
  throw new ContractError(
    place([...(first?.at ?? [])]),
    `expected a mapping of its own for \`${first?.key}\`: an alias, an anchor or a merge key is in the way; --overlay leaves the file as it is`,
  );
}

function parsedOr(text: string, file: string): unknown {
  try {
    return parseYaml(text, file).value;
  } catch {
    return undefined;
  }
}

function added(document: Json, additions: readonly Addition[]): Json {
  const copy = structuredClone(document);
  for (const { at, key, value } of additions) (valueAt(copy, at) as Json)[key] = structuredClone(value);
  return copy;
}

/**
 * The same as an overlay.
 *
 * @param to the file that it is for, whose `extends` leads to the document; absent where nothing is known of it
 */
export function overlayFor({ file, document }: Subject, additions: readonly Addition[], to?: string): string {
  const groups = Map.groupBy(additions, ({ at }) => jsonPath(at));
  const overlay = {
    overlay: '1.0.0',
    info: { title: `Probes of ${document.info.title ?? basename(file)}`, version: '1.0.0' },
    ...(to !== undefined && {
      extends: encodeURI(relative(dirname(resolve(to)), resolve(file)).replaceAll('\\', '/')),
    }),
    actions: [...groups].map(([target, group]) => ({
      target,
      update: Object.fromEntries(group.map(({ key, value }) => [key, value])),
    })),
  };
  return to?.endsWith('.json') ? `${JSON.stringify(overlay, null, 2)}\n` : stringify(overlay, { lineWidth: 0 });
}

/** A normalized path (RFC 9535, 2.7), with a dot where that is enough. */
const jsonPath = (keys: readonly string[]): string =>
  `$${keys.map((key) => (/^[a-z_]\w*$/i.test(key) ? `.${key}` : `['${quoted(key)}']`)).join('')}`;

const quoted = (key: string): string =>
  key
    .replaceAll(/['\\]/g, '\\$&')
    .replaceAll(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
