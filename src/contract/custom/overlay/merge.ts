import { isObject } from '../../../base/is-object.ts';
import type { Json } from '../../walk.ts';
import type { Origin, Origins } from './origins.ts';

/** Where a value is merged in, and what is told of where it comes from. */
export interface Merging {
  /** Tells that what is at `keys` of the document is now what is at `below` in the value. */
  came(keys: readonly string[], below: readonly string[]): void;
  /** For a place of the value whose kind is another one than the document's. */
  clash(below: readonly string[], expected: string): Error;
}

/**
 * Merges a value into an object or a list, in place: objects key by key, lists by appending, and what is neither takes
 * the other's place (Overlay 1.1.0, 4.4.3).
 */
export function mergeInto(node: Json | unknown[], value: unknown, at: readonly string[], merging: Merging): void {
  mergeBelow(node, value, at, [], merging);
}

function mergeBelow(
  node: Json | unknown[],
  value: unknown,
  at: readonly string[],
  below: readonly string[],
  merging: Merging,
): void {
  if (Array.isArray(node)) {
    append(node, value, at, below, merging);
    return;
  }
  if (!isObject(value)) throw merging.clash(below, 'an object, as its target is one');
  for (const [key, item] of Object.entries(value)) {
    const [place, source] = [
      [...at, key],
      [...below, key],
    ];
    const there = Object.hasOwn(node, key) ? node[key] : undefined;
    if (isObject(there) || Array.isArray(there)) {
      if (Array.isArray(there) !== Array.isArray(item)) throw merging.clash(source, kindOf(there));
      mergeBelow(there, item, place, source, merging);
    } else if (there !== undefined && typeof item === 'object' && item !== null && there !== null) {
      throw merging.clash(source, kindOf(there));
    } else {
      setOwn(node, key, structuredClone(item));
      merging.came(place, source);
    }
  }
}

function append(
  list: unknown[],
  value: unknown,
  at: readonly string[],
  below: readonly string[],
  { came }: Merging,
): void {
  const items = Array.isArray(value) ? value : [value];
  for (const [index, item] of items.entries()) {
    came([...at, String(list.length)], Array.isArray(value) ? [...below, String(index)] : below);
    list.push(structuredClone(item));
  }
}

const kindOf = (there: unknown): string =>
  Array.isArray(there)
    ? 'a list, as its target is one'
    : isObject(there)
      ? 'an object, as its target is one'
      : 'neither an object nor a list, as its target is none';

/** A key of any name, `__proto__` as well. */
export const setOwn = (node: Json, key: string, value: unknown): void =>
  void Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });

/** Told of what is merged from these keys of a file. */
export const from =
  (origins: Origins, origin: Origin): Merging['came'] =>
  (keys, below) =>
    origins.set(keys, { file: origin.file, keys: [...origin.keys, ...below] });
