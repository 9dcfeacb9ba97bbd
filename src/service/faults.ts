import { type Clock, systemClock } from '../base/clock.ts';
import { applyTo, type Change, createFaultControl, type FaultControl, livenessTarget } from '../faults/control.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import type { FaultObserver } from '../faults/observer.ts';
import { allSafely } from '../monitor/safely.ts';

/** Failures on purpose: what is in force on this replica, and the way to change it. */
export interface ServiceFaults extends FaultControl {
  readonly overlay: Faults['overlay'];
  /** Makes a change on this replica alone. */
  apply(change: Change): void;
  /** Why liveness fails on purpose; empty when it does not. */
  distress(): readonly string[];
  stop(): void;
}

interface ServiceFaultsOptions {
  /** Whether liveness may be failed on purpose. */
  readonly liveness: boolean;
  readonly observers: readonly FaultObserver[];
  /** Told which check a fault now lies over, or no longer does. */
  changed(check: string): void;
  readonly clock?: Clock;
}

export function createServiceFaults(options: ServiceFaultsOptions): ServiceFaults {
  const { liveness, observers, changed, clock = systemClock } = options;
  const tell = allSafely(observers.flatMap(({ onFault }) => onFault ?? []));
  const faults = createFaults({
    clock,
    onExpiry({ check, fault: { kind }, until, by }) {
      tell({ action: 'expired', check, kind, until, by });
      changed(check);
    },
  });
  const apply = applyTo(faults, tell, changed);
  return {
    ...createFaultControl({ faults, liveness, apply }),
    overlay: faults.overlay,
    apply,
    distress: () => (liveness && faults.of(livenessTarget) ? ['Simulated failure'] : []),
    stop: () => faults.stop(),
  };
}
