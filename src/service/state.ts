import type { Clock } from '../base/clock.ts';
import { milliseconds } from '../base/duration.ts';
import { createNotice } from '../base/notice.ts';
import type { Observer } from '../events/observer.ts';
import { livenessTarget } from '../faults/control.ts';
import { createHeartbeats, type Heartbeats } from '../monitor/heartbeats.ts';
import { createMonitor, type Monitor } from '../monitor/monitor.ts';
import { type DelayHistogram, defaultMaxEventLoopDelay, type ProcessWatch, watchProcess } from '../monitor/process.ts';
import { createServiceFaults, type ServiceFaults } from './faults.ts';
import type { ProbityOptions } from './options.ts';
import type { ResolvedOptions } from './resolved-options.ts';

/** How the service is, and what makes it so. */
export interface State {
  readonly faults: ServiceFaults;
  readonly process: ProcessWatch;
  readonly maxStallMs: number;
  readonly heartbeats: Heartbeats;
  readonly monitor: Monitor;
  /** Ends a start that is explicit. */
  started(): void;
}

interface StateOptions {
  readonly observers: readonly Observer[];
  readonly clock: Clock;
  readonly histogram?: DelayHistogram | undefined;
}

/** @throws RangeError when a time is wrong, or the name of a heartbeat */
export function createState(
  { checks, simulation: { liveness } }: ResolvedOptions,
  { maxEventLoopDelay = defaultMaxEventLoopDelay, heartbeats: expected = {}, explicitStart = false }: ProbityOptions,
  { observers, clock, histogram }: StateOptions,
): State {
  const [distressed, faulted] = [createNotice(), createNotice<[check: string]>()];
  const maxStallMs = milliseconds('maxEventLoopDelay', maxEventLoopDelay);
  const process = watchProcess({
    maxEventLoopDelayMs: maxStallMs,
    onChange: distressed.tell,
    clock,
    ...(histogram && { histogram }),
  });
  const heartbeats = createHeartbeats(distressed.tell, clock);
  for (const [name, within] of Object.entries(expected))
    heartbeats.expect(name, milliseconds(`heartbeats.${name}`, within));
  const faults = createServiceFaults({ liveness, observers, changed: faulted.tell, clock });

  let mayStart = !explicitStart;
  const monitor = createMonitor({
    checks,
    distress: () => [process, heartbeats, faults].flatMap((one) => one.distress()),
    overdue: heartbeats.overdue,
    mayStart: () => mayStart,
    faulty: faults.overlay,
    observers,
    clock,
  });
  distressed.listen(monitor.refresh);
  faulted.listen((check) => (liveness && check === livenessTarget ? monitor.refresh() : void monitor.recheck(check)));
  return {
    faults,
    process,
    maxStallMs,
    heartbeats,
    monitor,
    started() {
      mayStart = true;
      monitor.refresh();
    },
  };
}
