import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import type { Reply } from './reply.ts';

/** The reply of a probe operation, with where its requests are counted. */
export interface ProbeReply extends Reply {
  readonly cell: number;
}

/**
 * How many requests each probe operation was asked and answered with which status, whichever thread answered. Counting
 * is one addition: which number it goes to was decided when the reply was prepared.
 */
export interface Served {
  /** A number for each operation and status, that all threads see. One that overflows begins again, as after a restart. */
  readonly cells: SharedArrayBuffer;
  cellOf(operation: Operation, status: number): number;
  count(reply: ProbeReply): void;
  list(): readonly ServedRequests[];
}

export interface ServedRequests {
  readonly operation: string;
  readonly status: number;
  readonly requests: number;
}

/** Where the contract declares nothing else, an answer that would break it becomes this. */
const brokenPromise = 500;

export function createServed(contract: Contract): Served {
  const places = contract.operations
    .filter(({ probe }) => probe !== undefined)
    .flatMap(({ id, responses }) =>
      [...new Set([...responses.keys(), brokenPromise])].map((status) => ({ id, status })),
    );
  const cells = new SharedArrayBuffer(places.length * Uint32Array.BYTES_PER_ELEMENT);
  const counts = new Uint32Array(cells);
  return {
    cells,
    cellOf: (operation, status) => places.findIndex((place) => place.id === operation.id && place.status === status),
    count: countIn(cells),
    list: () => places.map(({ id, status }, cell) => ({ operation: id, status, requests: Atomics.load(counts, cell) })),
  };
}

/** Counts in numbers that another thread may have made. */
export function countIn(cells: SharedArrayBuffer): Served['count'] {
  const counts = new Uint32Array(cells);
  return ({ cell }) => void Atomics.add(counts, cell, 1);
}
