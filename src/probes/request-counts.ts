import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { failing, passing, type Responses } from '../contract/responses.ts';
import type { Reply } from './reply.ts';

/** The reply of a probe operation, with where its requests are counted. */
export interface ProbeReply extends Reply {
  readonly counter: number;
  /** This one and the others that speak another media type, where there are several. */
  readonly variants?: readonly ProbeReply[];
}

/**
 * How many requests each probe operation was asked and answered with which status, whichever thread answered. Counting
 * is one addition: which number it goes to was decided when the reply was prepared.
 */
export interface RequestCounts {
  /** A number for each operation and status, that all threads see. One that overflows begins again, as after a restart. */
  readonly counters: SharedArrayBuffer;
  counterOf(operation: Operation, status: number): number;
  count(reply: ProbeReply): void;
  list(): readonly CountedRequests[];
}

interface CountedRequests {
  readonly operation: string;
  readonly status: number;
  readonly requests: number;
}

/** What an answer becomes that would break the contract. */
const violationStatus = 500;

export function createRequestCounts(contract: Contract): RequestCounts {
  const places = contract.operations
    .filter(({ probe }) => probe !== undefined)
    .flatMap(({ id, responses }) => statusesOf(responses).map((status) => ({ id, status })));
  const counters = new SharedArrayBuffer(places.length * Uint32Array.BYTES_PER_ELEMENT);
  const counts = new Uint32Array(counters);
  return {
    counters,
    counterOf: (operation, status) => places.findIndex((place) => place.id === operation.id && place.status === status),
    count: countIn(counters),
    list: () =>
      places.map(({ id, status }, counter) => ({ operation: id, status, requests: Atomics.load(counts, counter) })),
  };
}

/** What a probe may answer, in order. */
function statusesOf(responses: Responses): number[] {
  const declared = [passing(responses), failing(responses)].flatMap((one) => one?.status ?? []);
  return [...new Set([...declared, violationStatus])].toSorted((one, other) => one - other);
}

/** Counts in numbers that another thread may have made. */
export function countIn(counters: SharedArrayBuffer): RequestCounts['count'] {
  const counts = new Uint32Array(counters);
  return ({ counter }) => void Atomics.add(counts, counter, 1);
}
