import type { Fault } from '../../generated/contract/types.gen.ts';
import type { Faults } from './faults.ts';
import type { FaultNotice } from './observer.ts';
import type { ActiveFault } from './state.ts';

/** The name under which liveness is failed on purpose, where that is allowed. */
export const livenessTarget = 'liveness';

/** One change of what is simulated: a fault, or none any more. */
export interface Change {
  readonly check: string;
  readonly fault?: Fault | undefined;
  readonly by?: string | undefined;
  /** What is left of its time to live, when it was set elsewhere. */
  readonly leftMs?: number | undefined;
}

/** Takes changes to the other replicas. */
export interface Sharing {
  /** Makes the changes on all replicas; false when they act on this one alone for now. Never rejects. */
  write(changes: readonly Change[]): Promise<boolean>;
  isShared(check: string): boolean;
  isReachable(): boolean;
}

export interface SharedFault extends ActiveFault {
  /** Whether the other replicas have it; absent where there is no fleet. */
  readonly shared?: boolean;
}

/** What is simulated, and the way to change it. */
export interface FaultControl {
  /** Whether liveness may be failed on purpose. */
  readonly liveness: boolean;
  list(): readonly SharedFault[];
  of(check: string): SharedFault | undefined;
  set(check: string, fault: Fault, by?: string): Promise<SharedFault | undefined>;
  clear(checks: readonly string[], by?: string): Promise<void>;
  /** From now on the changes reach the other replicas as well. */
  shareThrough(fleet: Sharing): void;
  /** Whether faults reach the other replicas; nothing where there is no fleet. */
  isFleetReachable(): boolean | undefined;
}

interface FaultControlOptions {
  readonly faults: Faults;
  readonly liveness: boolean;
  /** Makes a change on this replica. */
  apply(change: Change): void;
}

export function createFaultControl({ faults, liveness, apply }: FaultControlOptions): FaultControl {
  let fleet: Sharing | undefined;
  const shared = (active: ActiveFault): SharedFault =>
    fleet === undefined ? active : { ...active, shared: fleet.isShared(active.check) };
  const found = (check: string): SharedFault | undefined => {
    const active = faults.of(check);
    return active && shared(active);
  };
  /** Shared among replicas, a failure of liveness would restart them all, and then again after each restart. */
  const make = async (changes: readonly Change[]): Promise<void> => {
    const own = changes.filter(({ check }) => fleet === undefined || (liveness && check === livenessTarget));
    for (const change of own) apply(change);
    if (own.length < changes.length) await fleet?.write(changes.filter((change) => !own.includes(change)));
  };
  return {
    liveness,
    list: () => faults.list().map(shared),
    of: found,
    async set(check, fault, by) {
      await make([{ check, fault, by }]);
      return found(check);
    },
    clear: (checks, by) => make(checks.map((check) => ({ check, by }))),
    shareThrough: (sharing) => {
      fleet = sharing;
    },
    isFleetReachable: () => fleet?.isReachable(),
  };
}

/** Makes a change on this replica, and tells observers of it unless it changes nothing. */
export function applyTo(
  faults: Faults,
  tell: (notice: FaultNotice) => void,
  changed: (check: string) => void,
): FaultControlOptions['apply'] {
  return ({ check, fault, by, leftMs }) => {
    const was = faults.of(check);
    if (fault !== undefined) {
      const { until } = faults.set(check, fault, by, leftMs);
      tell({ action: 'set', check, kind: fault.kind, until, by });
    } else if (was !== undefined) {
      faults.clear(check);
      tell({ action: 'cleared', check, kind: was.fault.kind, until: was.until, by });
    } else return;
    changed(check);
  };
}
