import type { Fault } from '../../generated/contract/types.gen.ts';

/** A fault in force. Times are in milliseconds on the monotonic clock. */
export interface ActiveFault {
  readonly check: string;
  readonly fault: Fault;
  readonly setAt: number;
  readonly until: number;
  /** The name of the token that it was set with. */
  readonly by?: string | undefined;
}

/** The faults in force, by check. */
export type FaultState = ReadonlyMap<string, ActiveFault>;

export const noFaults: FaultState = new Map();

/** As the contract says, held by a test. A fault that everybody has forgotten ends by itself. */
const defaultTtlSeconds = 900;

export const timeToLiveMs = ({ ttlSeconds = defaultTtlSeconds }: Fault): number => ttlSeconds * 1_000;

/**
 * The fault as it is in force from `now` on.
 *
 * @param leftMs what is left of its time to live, when it was set elsewhere; never more than that
 */
export function activate(
  check: string,
  fault: Fault,
  now: number,
  by?: string,
  leftMs: number = Number.POSITIVE_INFINITY,
): ActiveFault {
  return { check, fault, setAt: now, until: now + Math.min(timeToLiveMs(fault), leftMs), by };
}

/** The last one that is set counts. */
export const withFault = (state: FaultState, active: ActiveFault): FaultState =>
  new Map([...withoutFault(state, active.check), [active.check, active]]);

export const withoutFault = (state: FaultState, check: string): FaultState =>
  new Map([...state].filter(([name]) => name !== check));

export const isOver = ({ until }: ActiveFault, now: number): boolean => now >= until;

/** When the next fault ends by itself. */
export const nextEnd = (state: FaultState): number => Math.min(...[...state.values()].map(({ until }) => until));
