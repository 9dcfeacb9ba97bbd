import { validators } from '../../generated/contract/operations.gen.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { atMostOnceAMinute, type Log } from '../base/log.ts';
import { oneLine } from '../base/shown.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import {
  applyTo,
  type Change,
  createSimulation,
  type FaultNotice,
  type FaultObserver,
  livenessTarget,
  type Simulation,
} from '../faults/simulation.ts';
import type { Fleet, FleetOptions as FleetParts } from '../fleet/fleet.ts';
import { fleetTarget } from '../fleet/url.ts';
import { judge } from '../health/probes.ts';
import { namePattern } from '../health/rules.ts';
import { guardedAll } from '../monitor/guarded.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { FleetOptions } from './options.ts';

/** Failures on purpose, here and in the fleet. */
export interface Simulating {
  readonly simulation: Simulation;
  readonly overlay: Faults['overlay'];
  /** Why liveness fails on purpose; empty when it does not. */
  distress(): readonly string[];
  fleet(): Fleet | undefined;
  /** Joins the replicas that share their faults, if there are any. */
  join(port: number): Promise<void>;
  stop(): Promise<void>;
}

export interface SimulatingOptions {
  readonly allowed: { readonly enabled: boolean; readonly liveness: boolean };
  readonly fleet: FleetOptions | undefined;
  readonly checks: readonly string[];
  monitor(): Monitor;
  readonly observers: readonly FaultObserver[];
  readonly log: Log;
  readonly clock?: Clock;
  /** How the replicas are reached; through Redis when left out. */
  readonly connect?: FleetParts['connect'];
}

/** @throws Error naming the option of `fleet` that is wrong */
export function createSimulating(options: SimulatingOptions): Simulating {
  if (options.fleet !== undefined) proveFleet(options.fleet);
  const { allowed, checks, monitor, observers, log, clock = systemClock, connect } = options;
  const tell: (notice: FaultNotice) => void = guardedAll(observers.flatMap(({ onFault }) => onFault ?? []));
  const changed = (check: string): void => {
    if (allowed.liveness && check === livenessTarget) monitor().refresh();
    else void monitor().recheck(check);
  };
  const faults = createFaults({
    clock,
    onExpiry({ check, fault: { kind }, until, by }) {
      tell({ action: 'expired', check, kind, until, by });
      changed(check);
    },
  });
  const apply = applyTo(faults, tell, changed);
  let fleet: Fleet | undefined;
  let isStopped = false;
  const simulation = createSimulation({ faults, liveness: allowed.liveness, sharing: () => fleet, apply });

  const tellUnknown = atMostOnceAMinute(clock, (check: string) =>
    log.warn({ check }, 'a change of the fleet is not understood, and not made here'),
  );
  const isChange = (change: Change): boolean => {
    if (!allowed.enabled || !checks.includes(change.check)) return false;
    const isOne = isUnderstood(change);
    if (!isOne) tellUnknown(change.check);
    return isOne;
  };
  const isReady = (): boolean => judge('readiness', monitor().snapshot()).ok;

  return {
    simulation,
    overlay: faults.overlay,
    distress: () => (allowed.liveness && faults.of(livenessTarget) ? ['Simulated failure'] : []),
    fleet: () => fleet,
    async join(port) {
      if (options.fleet === undefined || fleet !== undefined) return;
      const { createFleet } = await import('../fleet/fleet.ts');
      if (isStopped) return;
      const { redis, name = 'probity' } = options.fleet;
      const joined = createFleet({ redis, name, apply, isChange, isReady, log, clock, ...(connect && { connect }) });
      fleet = joined;
      let wasReady = isReady();
      monitor().onChange(() => {
        if (wasReady !== isReady()) joined.tell();
        wasReady = isReady();
      });
      joined.join(port);
    },
    async stop() {
      isStopped = true;
      faults.stop();
      await fleet?.stop();
    },
  };
}

function proveFleet({ redis, name = 'probity' }: FleetOptions): void {
  fleetTarget(redis);
  if (!namePattern.test(name))
    throw new RangeError(`Expected \`fleet.name\` to match ${namePattern}, got \`${oneLine(name)}\``);
}

/** What comes from another replica is held to the built-in contract, whatever document is served. */
function isUnderstood({ check, fault = { kind: 'outage' }, by }: Change): boolean {
  const validate = validators['#/components/schemas/FaultInForce'];
  const inForce = { check, fault, until: new Date().toISOString(), ...(by === undefined ? {} : { by }) };
  return validate?.(inForce) ?? false;
}
