import { validators } from '../../generated/contract/operations.gen.ts';
import { atMostEvery } from '../base/at-most-every.ts';
import type { Clock } from '../base/clock.ts';
import { rangeError } from '../base/errors.ts';
import { oneLine } from '../base/shown.ts';
import type { Change } from '../faults/control.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { FleetSetup } from '../fleet/options.ts';
import { fleetTarget } from '../fleet/url.ts';
import { judge } from '../health/probes.ts';
import { namePattern } from '../health/rules.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { FleetOptions } from './options.ts';
import type { ResolvedOptions } from './resolved-options.ts';
import type { State } from './state.ts';

/** The place of this replica among those that share their faults; none without a fleet. */
export interface Membership {
  fleet(): Fleet | undefined;
  /** Joins once, under the port that this replica listens on. */
  join(port: number): Promise<void>;
  stop(): Promise<void>;
}

export interface MembershipOptions {
  readonly clock: Clock;
  /** How the replicas are reached; through Redis when left out. */
  readonly connect?: FleetSetup['connect'] | undefined;
}

/** @throws Error naming the option of `fleet` that is wrong */
export function createMembership(
  resolved: ResolvedOptions,
  { faults, monitor }: State,
  options: FleetOptions | undefined,
  { clock, connect }: MembershipOptions,
): Membership {
  if (options !== undefined) proveFleet(options);
  const { log } = resolved;
  const isChange = changeFilter(resolved, clock);
  const isReady = (): boolean => judge('readiness', monitor.snapshot()).ok;
  let fleet: Fleet | undefined;
  let isStopped = false;

  return {
    fleet: () => fleet,
    async join(port) {
      if (options === undefined || fleet !== undefined) return;
      const { createFleet } = await import('../fleet/fleet.ts');
      if (isStopped) return;
      const { redis, name = 'probity' } = options;
      const { apply } = faults;
      fleet = createFleet({ redis, name, apply, isChange, isReady, log, clock, ...(connect && { connect }) });
      faults.shareThrough(fleet);
      onFlip(monitor, isReady, fleet.tell);
      fleet.join(port);
    },
    async stop() {
      isStopped = true;
      await fleet?.stop();
    },
  };
}

function onFlip(monitor: Monitor, isReady: () => boolean, tell: () => void): void {
  let wasReady = isReady();
  monitor.onChange(() => {
    if (wasReady !== isReady()) tell();
    wasReady = isReady();
  });
}

/** Whether a change that comes from another replica is one for this replica. */
function changeFilter({ simulation, names, log }: ResolvedOptions, clock: Clock): (change: Change) => boolean {
  const tellUnknown = atMostEvery(60_000, clock, (check: string) =>
    log.warn({ check }, 'a change of the fleet is not understood, and not made here'),
  );
  return (change) => {
    if (!simulation.enabled || !names.includes(change.check)) return false;
    const isOne = isUnderstood(change);
    if (!isOne) tellUnknown(change.check);
    return isOne;
  };
}

function proveFleet({ redis, name = 'probity' }: FleetOptions): void {
  fleetTarget(redis);
  if (!namePattern.test(name))
    throw rangeError('PROBITY_NAME', `Expected \`fleet.name\` to match ${namePattern}, got \`${oneLine(name)}\``);
}

/** What comes from another replica is held to the built-in contract, whatever document is served. */
function isUnderstood({ check, fault = { kind: 'outage' }, by }: Change): boolean {
  const validate = validators['#/components/schemas/FaultInForce'];
  const inForce = { check, fault, until: new Date().toISOString(), ...(by === undefined ? {} : { by }) };
  return validate?.(inForce) ?? false;
}
