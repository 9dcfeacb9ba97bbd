import type { Fault } from '../../generated/contract/types.gen.ts';
import { livenessTarget } from '../../src/faults/control.ts';
import { timeToLiveMs } from '../../src/faults/state.ts';
import type { Replica } from './replica.ts';
import type { RedisState } from './script.ts';

/** Says which faults may be in force: each ends in time on every replica, and replicas in reach of each other agree. */
export interface FleetOracle {
  set(check: string, fault: Fault, by: string): void;
  cleared(check: string): void;
  redis(state: RedisState): void;
  stalled(ms: number): void;
  /** Holds what is in force now to it. */
  ask(): void;
}

type Member = Pick<Replica, 'assembly' | 'isShutDown'>;

export interface FleetOracleOptions {
  readonly replicas: readonly Member[];
  now(): number;
  complain(what: string): void;
}

/** By then everybody has heard of everything: a heartbeat, a new connection and a command that was not answered. */
const heardWithinMs = 6_000;

export function createFleetOracle({ replicas, now, complain }: FleetOracleOptions): FleetOracle {
  /** By when each fault that was ever set is over on all replicas. */
  const ends = new Map<string, number>();
  /** What the last change of each check should come to; unknown where it was made out of reach. */
  const last = new Map<string, { readonly at: number; readonly by: string | undefined; readonly isCertain: boolean }>();
  let stalledUntil = 0;
  let calmSince = 0;
  let awaySince = Number.POSITIVE_INFINITY;
  /** By how much a fault may live longer elsewhere: what is left of it travels with its messages. */
  let driftMs = replicas.length > 1 ? heardWithinMs : 0;

  const isCalm = (redis: RedisState): boolean => !redis.isAway && redis.loss === 0 && redis.withinMs < 100;
  const changed = (check: string, by: string | undefined): void => {
    const before = last.get(check);
    const isAlone = before === undefined || now() - before.at > heardWithinMs;
    const isCertain = replicas.length === 1 || (isAlone && now() - calmSince > heardWithinMs);
    last.set(check, { at: now(), by, isCertain });
  };

  function inTime(replica: Member): void {
    for (const { check, by = '' } of replica.assembly.faults.list())
      if (now() > (ends.get(by) as number) + driftMs) complain(`The fault ${by} over ${check} has not ended`);
  }

  function agree(check: string): void {
    const change = last.get(check);
    const reached = replicas.filter((replica) => !replica.isShutDown());
    const settledAt = Math.max(change?.at ?? 0, calmSince) + (replicas.length > 1 ? heardWithinMs : 50);
    if (check === livenessTarget || reached.length === 0 || now() < settledAt) return;
    const found = reached.map(({ assembly }) => assembly.faults.of(check)?.by);
    // One that ends just now has ended here and not there.
    if (found.some((by) => by !== undefined && now() > (ends.get(by) as number) - heardWithinMs - driftMs)) return;
    const wanted = change?.by !== undefined && now() < (ends.get(change.by) as number) - heardWithinMs - driftMs;
    const isOver = change?.by !== undefined && !wanted;
    const isLost = change?.isCertain && !isOver && calmSince < change.at && found[0] !== change.by;
    if (new Set(found).size > 1 || isLost)
      complain(`Over ${check} are ${found.join(', ')}, and last came ${change?.by}`);
  }

  /** Whether Redis is in reach is told within the time of a heartbeat and an unanswered command. */
  function reach({ assembly, isShutDown }: Member): void {
    if (isShutDown() || replicas.length === 1) return;
    const found = assembly.faults.isFleetReachable();
    if (now() > calmSince + heardWithinMs && found !== true) complain('A Redis in reach is told to be out of it');
    if (now() > awaySince + heardWithinMs && found !== false) complain('A Redis out of reach is told to be in it');
  }

  return {
    set(check, fault, by) {
      ends.set(by, now() + timeToLiveMs(fault) + (replicas.length > 1 ? heardWithinMs : 0));
      changed(check, by);
    },
    cleared: (check) => changed(check, undefined),
    redis(state) {
      calmSince = isCalm(state) ? Math.max(now(), stalledUntil) : Number.POSITIVE_INFINITY;
      awaySince = state.isAway ? Math.max(now(), stalledUntil) : Number.POSITIVE_INFINITY;
      if (state.isWiped) driftMs += heardWithinMs;
    },
    stalled(ms) {
      stalledUntil = Math.max(stalledUntil, now() + ms);
      calmSince = Math.max(calmSince, stalledUntil);
      awaySince = Math.max(awaySince, stalledUntil);
      if (replicas.length > 1) driftMs += ms;
    },
    ask() {
      for (const replica of replicas) {
        inTime(replica);
        reach(replica);
      }
      for (const check of last.keys()) agree(check);
    },
  };
}
