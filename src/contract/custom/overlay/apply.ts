import { isObject } from '../../../base/is-object.ts';
import { valueAt } from '../../references.ts';
import type { Json } from '../../walk.ts';
import { ContractError } from '../error.ts';
import { mostAliased } from '../yaml-places.ts';
import { from, type Merging, mergeInto, setOwn } from './merge.ts';
import type { Origins } from './origins.ts';
import type { Action, Overlay } from './read.ts';
import type { Select, Selected } from './select.ts';

/** An overlay, with where it stands. */
export interface OverlayFile extends Overlay {
  readonly file: string;
  place(keys: readonly string[]): string;
}

/**
 * Applies the actions of an overlay to a document, in place and in their order.
 *
 * The specification lets an action that selects nothing pass. Here it is a mistake: whoever lays an overlay over one
 * document of theirs has mistyped a path, or the document has changed beneath, and the probe would be missing.
 *
 * @throws ContractError for the first mistake, with its place in the overlay
 */
export function applyOverlay(document: Json, overlay: OverlayFile, origins: Origins, select: Select): void {
  for (const action of overlay.actions) {
    const wrong = (key: string, problem: string, below: readonly string[] = []): ContractError =>
      new ContractError(overlay.place([...action.keys, key, ...below]), `${key}: ${problem}`);
    const selected = found(select, document, action.target, 'target', wrong);
    apply({ select, document, overlay, origins, action, wrong }, selected);
  }
}

type Wrong = (key: string, problem: string, below?: readonly string[]) => ContractError;

interface Work {
  readonly select: Select;
  readonly document: Json;
  readonly overlay: OverlayFile;
  readonly origins: Origins;
  readonly action: Action;
  readonly wrong: Wrong;
}

function found(select: Select, document: Json, query: string, key: string, wrong: Wrong): Selected[] {
  const selected = selectedBy(select, document, query, key, wrong);
  if (selected.length > 0) return selected;
  throw wrong(key, `expected \`${query}\` to be in the document, found nothing there`);
}

function selectedBy(select: Select, document: Json, query: string, key: string, wrong: Wrong): Selected[] {
  try {
    return select(document, query);
  } catch (error) {
    const { location } = error as { location?: { start: { column: number } } };
    const at = location === undefined ? '' : ` (column ${location.start.column} of it)`;
    throw wrong(key, `expected a JSONPath of RFC 9535, got \`${query}\`${at}`);
  }
}

function apply(work: Work, selected: readonly Selected[]): void {
  const { change } = work.action;
  if (change.kind === 'remove') remove(work, selected);
  else put(work, selected, change.kind === 'copy' ? copied(work, change.from) : updated(work, change.value));
}

function updated({ origins, overlay, action }: Work, value: unknown): Source {
  const came = from(origins, { file: overlay.file, keys: [...action.keys, 'update'] });
  return { value, came, key: 'update' };
}

function copied({ select, document, origins, wrong }: Work, query: string): Source {
  const [source, ...others] = found(select, document, query, 'copy', wrong);
  if (source === undefined || others.length > 0)
    throw wrong('copy', `expected \`${query}\` to select one node, it selects ${others.length + 1}`);
  const came: Merging['came'] = (keys, below) => origins.copy(keys, [...source.keys, ...below]);
  return { value: structuredClone(source.value), came, key: 'copy' };
}

/** Objects, lists and what is neither are changed in different ways. */
function proveAlike(selected: readonly Selected[], wrong: Wrong): void {
  const kinds = new Set(
    selected.map(({ value }) => (Array.isArray(value) ? 'lists' : isObject(value) ? 'objects' : 'values')),
  );
  if (kinds.size > 1) throw wrong('target', `expected nodes of one kind, it selects ${[...kinds].join(' and ')}`);
}

interface Source {
  readonly value: unknown;
  readonly came: Merging['came'];
  readonly key: 'update' | 'copy';
}

/** How many nodes one action may add, and how deep a document may get: more is there to exhaust who reads it. */
const most = { nodes: mostAliased, depth: 200 };

function put({ document, overlay, wrong }: Work, selected: readonly Selected[], { value, came, key }: Source): void {
  proveAlike(selected, wrong);
  const size = sizeOf(value);
  const deepest = Math.max(...selected.map(({ keys }) => keys.length)) + size.depth;
  if (size.nodes * selected.length > most.nodes || deepest > most.depth)
    throw wrong(key, `expected at most ${most.nodes} nodes, and ${most.depth} in each other`);
  const clash: Merging['clash'] = (below, expected) => wrong(key, `expected ${expected}`, key === 'copy' ? [] : below);
  for (const { keys, value: node } of selected) {
    if (isObject(node) || Array.isArray(node)) mergeInto(node, value, keys, { came, clash });
    else replace(document, keys, value, overlay, wrong, key);
    if (!isObject(node) && !Array.isArray(node)) came(keys, []);
  }
}

function replace(
  document: Json,
  keys: readonly string[],
  value: unknown,
  { version }: Overlay,
  wrong: Wrong,
  key: string,
): void {
  if (version === '1.0')
    throw wrong(
      'target',
      'expected an object or a list, got neither; update what it is in, or write overlay: 1.1.0 at the top',
    );
  if (typeof value === 'object' && value !== null)
    throw wrong(key, 'expected neither an object nor a list, as its target is none');
  setOwn(valueAt(document, keys.slice(0, -1)) as Json, keys.at(-1) ?? '', value);
}

function remove({ document, origins, wrong }: Work, selected: readonly Selected[]): void {
  for (const { keys } of selected.toSorted(laterFirst)) {
    const key = keys.at(-1);
    const parent = valueAt(document, keys.slice(0, -1));
    if (key === undefined) throw wrong('target', 'expected a part of the document to remove, got all of it');
    if (Array.isArray(parent)) {
      origins.remove(keys, parent.length);
      parent.splice(Number(key), 1);
    } else if (isObject(parent)) {
      origins.remove(keys);
      delete parent[key];
    }
  }
}

/** What is removed first must neither move what is removed next, nor hold it. */
const laterFirst = ({ keys: one }: Selected, { keys: other }: Selected): number =>
  other.length - one.length || Number(other.at(-1)) - Number(one.at(-1)) || 0;

function sizeOf(value: unknown): { nodes: number; depth: number } {
  let nodes = 0;
  let depth = 0;
  let level = [value];
  while (level.length > 0 && nodes <= most.nodes && depth <= most.depth) {
    nodes += level.length;
    depth += 1;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return { nodes, depth };
}
