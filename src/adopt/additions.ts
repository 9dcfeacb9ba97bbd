import { isObject } from '../base/is-object.ts';
import { ContractError } from '../contract/custom/error.ts';
import type { OpenApiDocument } from '../contract/document.ts';
import { keysOf, valueAt } from '../contract/references.ts';
import { failing, passing, type Responses, statusKey } from '../contract/responses.ts';
import type { Json } from '../contract/walk.ts';
import { isProbeKind, type ProbeKind } from '../health/probes.ts';
import { kindOf, type Wanted } from './likely.ts';
import { failed, operationFor, passed } from './operation.ts';

/** One key that a mapping of a document lacks. */
export interface Addition {
  /** Where the mapping is. */
  readonly at: readonly string[];
  readonly key: string;
  readonly value: unknown;
  /** It goes after the last of these that stand together; at the end where none does. */
  readonly after: (key: string) => boolean;
}

/** A document as it stands in its own file, and where something in it is. */
export interface Plain {
  readonly document: OpenApiDocument;
  place(keys: readonly string[]): string;
}

/**
 * What a document lacks for its operations to be the probes that are wanted, and what its other probes lack.
 *
 * @throws ContractError where something else is there already
 */
export function additionsFor(plain: Plain, wanted: Wanted): Addition[] {
  const kinds = Object.entries(wanted) as [ProbeKind, string][];
  const used = new Set(operationIds(plain.document));
  const others = probesIn(plain.document).filter(([, path]) => !kinds.some(([, one]) => one === path));
  return [...kinds, ...others].flatMap(([kind, path]) => lacking(plain, kind, path, used));
}

/** The operations that are probes already, which may lack a response. */
const probesIn = ({ paths }: OpenApiDocument): [ProbeKind, string][] =>
  Object.entries(paths).flatMap(([path, item]) => {
    const { get } = (item ?? {}) as { get?: Json };
    const kind = kindOf(get?.['x-probe']);
    return isProbeKind(kind) ? [[kind, path] as [ProbeKind, string]] : [];
  });

const last = (): boolean => true;
const words = new Set(['tags', 'summary', 'description', 'externalDocs', 'operationId', 'deprecated']);

function lacking({ document, place }: Plain, kind: ProbeKind, path: string, used: Set<string>): Addition[] {
  const add = (at: readonly string[], key: string, value: unknown, after: Addition['after'] = last): Addition => ({
    at,
    key,
    value,
    after,
  });
  const fresh = (): Json => operationFor(kind, used, 'security' in document);
  if (!Object.hasOwn(document.paths, path)) return [add(['paths'], path, { get: fresh() })];
  const at = followed(document, ['paths', path], place);
  const { get } = valueAt(document, at) as Json;
  if (get === undefined) return [add(at, 'get', fresh())];
  const operation = get as Json;
  const keys = [...at, 'get'];
  const found: Addition[] = [];
  if (operation['x-probe'] === undefined) found.push(add(keys, 'x-probe', kind, (key) => words.has(key)));
  else if (kindOf(operation['x-probe']) !== kind)
    throw new ContractError(
      place([...keys, 'x-probe']),
      `GET ${path}: expected x-probe: ${kind}, as asked for, got ${kindOf(operation['x-probe'])}; change one of both`,
    );
  return [...found, ...lackingResponses(operation, keys, kind)];
}

function lackingResponses({ responses }: Json, at: readonly string[], kind: ProbeKind): Addition[] {
  if (!isObject(responses))
    return [{ at, key: 'responses', value: { '200': passed(kind), '503': failed(kind) }, after: last }];
  const declared = declaredBy(responses);
  const add = (key: string, value: Json): Addition => ({
    at: [...at, 'responses'],
    key,
    value,
    after: (other) => /^[1-5]/.test(other) && Number.parseInt(other, 10) <= Number(key),
  });
  return [
    ...(passing(declared) === undefined ? [add('200', passed(kind))] : []),
    ...(failing(declared) === undefined ? [add('503', failed(kind))] : []),
  ];
}

/** Which statuses are declared: what is said of them is no matter here. */
const declaredBy = (responses: Json): Responses =>
  new Map(
    Object.keys(responses).flatMap((key) => {
      const status = statusKey(key);
      return status === undefined ? [] : [[status, { ref: '', content: [], headers: [] }]];
    }),
  );

/** Where a path item is that a `$ref` leads to, which may be in this file alone. */
function followed(document: OpenApiDocument, keys: readonly string[], place: Plain['place']): readonly string[] {
  let at = keys;
  for (let left = 100; left > 0; left -= 1) {
    const { $ref } = (valueAt(document, at) ?? {}) as Json;
    if (typeof $ref !== 'string') return at;
    if (!$ref.startsWith('#/') || !isObject(valueAt(document, keysOf($ref)))) break;
    at = keysOf($ref);
  }
  throw new ContractError(
    place([...at, '$ref']),
    'expected a path item in this file, as that is the one to change; add x-probe by hand where it is',
  );
}

const operationIds = ({ paths }: OpenApiDocument): string[] =>
  Object.values(paths)
    .flatMap((item) => Object.values(item ?? {}))
    .flatMap((operation) =>
      isObject(operation) && typeof operation.operationId === 'string' ? operation.operationId : [],
    );

/**
 * What is wrong with the paths that are asked for.
 *
 * @returns one line for people; nothing where there is nothing
 */
export function wrongWanted(wanted: Wanted): string | undefined {
  const paths = Object.entries(wanted);
  for (const [kind, path] of paths) {
    if (!isProbeKind(kind)) continue;
    if (!/^\/[^{}?#\s]*$/.test(path))
      return `--${kind}: expected a path as the document has it, without parameters, such as /livez, got ${JSON.stringify(path)}`;
    const [other] = paths.find(([name, one]) => name !== kind && one === path) ?? [];
    if (other !== undefined) return `expected a path for each probe, got ${path} for --${other} and --${kind}`;
  }
  return undefined;
}
