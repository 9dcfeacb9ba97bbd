import { isObject } from '../../../base/is-object.ts';
import { ContractError } from '../error.ts';

/** One change of a document. */
export interface Action {
  /** Where it stands in the overlay: `['actions', '0']`. */
  readonly keys: readonly string[];
  /** A query by JSONPath (RFC 9535). */
  readonly target: string;
  readonly change: Change;
}

export type Change =
  | { readonly kind: 'update'; readonly value: unknown }
  | { readonly kind: 'copy'; readonly from: string }
  | { readonly kind: 'remove' };

/** A document of the OpenAPI Overlay Specification. */
export interface Overlay {
  readonly version: '1.0' | '1.1';
  /** What it says it is for, as it is written. */
  readonly extends?: string;
  readonly actions: readonly Action[];
}

/**
 * What an overlay says.
 *
 * @param place where something in it stands
 * @throws ContractError for the first mistake
 */
export function readOverlay(value: unknown, place: (keys: readonly string[]) => string): Overlay {
  const wrong = (keys: readonly string[], problem: string): never => {
    throw new ContractError(place(keys), problem);
  };
  const version = versionOf(value, wrong);
  const { info, extends: subject, actions } = value as Record<string, unknown>;
  if (!isObject(info))
    wrong(['info'], 'expected `info` with a title and a version; add info: { title: Probes, version: 1.0.0 }');
  if (subject !== undefined && typeof subject !== 'string') wrong(['extends'], 'extends: expected a URL or a path');
  if (!Array.isArray(actions) || actions.length === 0)
    return wrong(['actions'], 'expected `actions`, a list of at least one');
  return {
    version,
    ...(typeof subject === 'string' && { extends: subject }),
    actions: actions.map((action, index) => readAction(action, ['actions', String(index)], version, wrong)),
  };
}

type Wrong = (keys: readonly string[], problem: string) => never;

const versions = 'Overlay 1.0 or 1.1';

function versionOf(value: unknown, wrong: Wrong): Overlay['version'] {
  if (!isObject(value) || value.overlay === undefined)
    return wrong([], `expected an overlay, got ${described(value)}; an overlay begins with overlay: 1.1.0`);
  const [, version] = /^(1\.[01])\.\d+$/.exec(String(value.overlay)) ?? [];
  if (version === '1.0' || version === '1.1') return version;
  return wrong(['overlay'], `overlay: expected ${versions}, such as 1.1.0, got ${JSON.stringify(value.overlay)}`);
}

function described(value: unknown): string {
  if (!isObject(value)) return value === undefined ? 'nothing' : 'something else';
  return value.openapi === undefined && value.swagger === undefined ? 'something else' : 'an OpenAPI document';
}

const known = new Set(['target', 'description', 'update', 'copy', 'remove']);

function readAction(action: unknown, keys: readonly string[], version: Overlay['version'], wrong: Wrong): Action {
  if (!isObject(action)) return wrong(keys, 'expected an action: `target` with `update`, `copy` or `remove`');
  const { target, update, copy, remove } = action;
  const unknown = Object.keys(action).find((key) => !known.has(key) && !key.startsWith('x-'));
  if (unknown !== undefined)
    wrong([...keys, unknown], `unknown key \`${unknown}\`; known are ${[...known].join(', ')}`);
  if (typeof target !== 'string')
    return wrong([...keys, 'target'], "target: expected a JSONPath such as $.paths['/ready'].get");
  if (remove !== undefined && typeof remove !== 'boolean') wrong([...keys, 'remove'], 'remove: expected true or false');
  if (remove === true) return { keys, target, change: { kind: 'remove' } };
  if (copy === undefined && !('update' in action))
    return wrong(keys, 'expected `update`, `copy` or `remove` beside `target`');
  if (copy === undefined) return { keys, target, change: { kind: 'update', value: update } };
  if ('update' in action) return wrong([...keys, 'copy'], 'expected `update` or `copy`, got both');
  if (version === '1.0') return wrong([...keys, 'copy'], 'copy: expected overlay: 1.1.0 at the top, 1.0 knows no copy');
  if (typeof copy !== 'string') return wrong([...keys, 'copy'], 'copy: expected a JSONPath');
  return { keys, target, change: { kind: 'copy', from: copy } };
}
