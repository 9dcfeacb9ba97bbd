import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Change } from '../faults/control.ts';
import type { connectFleet } from './client.ts';

export interface FleetSetup {
  /** See `fleetTarget`. */
  readonly redis: string;
  /** Replicas with the same name share their faults. */
  readonly name: string;
  /** Makes a change on this replica. */
  apply(change: Change): void;
  /** Whether a change from elsewhere can be made here. */
  isChange(change: Change): boolean;
  isReady(): boolean;
  readonly log: Log;
  readonly clock?: Clock;
  /** How Redis is reached. */
  readonly connect?: typeof connectFleet;
}
