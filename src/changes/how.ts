import { isObject } from '../base/is-object.ts';
import { followSchema, type OpenApiDocument, type Place, type Schema } from '../contract/document.ts';
import type { All } from './effective.ts';
import { createIsSame, type IsSame } from './same.ts';
import type { Excess } from './schema.ts';

/** How many comparisons are made of two schemas. */
const mostCompared = 20_000;

export interface How {
  readonly allowed: OpenApiDocument;
  readonly given: OpenApiDocument;
  readonly isAnswer: boolean;
  /** The pairs that are being compared: schemas may lead back to themselves. */
  readonly open: Set<string>;
  /** How many more comparisons may be made: choices of choices are more than anybody waits for. */
  readonly budget: { left: number };
  /** The choices that were made on the way to this schema of the same value: one that leads to itself adds nothing. */
  readonly chosen: ReadonlySet<string>;
}

/** What is known of two documents: large ones say the same in many places. */
interface Known {
  readonly found: Map<string, readonly Excess[]>;
  readonly isSame: IsSame;
}

const pairs = new WeakMap<OpenApiDocument, WeakMap<OpenApiDocument, Known>>();

export function knownOf({ allowed, given }: How): Known {
  const by = pairs.get(allowed) ?? new WeakMap<OpenApiDocument, Known>();
  pairs.set(allowed, by);
  const known = by.get(given) ?? { found: new Map(), isSame: createIsSame(allowed, given) };
  by.set(given, known);
  return known;
}

export const begun = (allowed: OpenApiDocument, given: OpenApiDocument, isAnswer: boolean): How => ({
  allowed,
  given,
  isAnswer,
  open: new Set(),
  budget: { left: mostCompared },
  chosen: new Set(),
});

/** Where schemas stand, whichever way led there. */
export const refsOf = (document: OpenApiDocument, all: All): string[] =>
  all.map((place) => (isObject(place.node) ? followSchema(document, place) : place).ref);

/** After a choice; nothing where it was made before. */
export function choosing(how: How, side: 'allowed' | 'given', place: Place<Schema>): How | undefined {
  const key = `${side} ${refsOf(how[side], [place])}`;
  return how.chosen.has(key) ? undefined : { ...how, chosen: new Set([...how.chosen, key]) };
}
