import type { RequestListener } from 'node:http';
import type { Log } from '../../base/log.ts';
import type { Contract } from '../../contract/contract.ts';
import type { FaultControl } from '../../faults/control.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Heartbeats } from '../../monitor/heartbeats.ts';
import type { Monitor } from '../../monitor/monitor.ts';
import type { ProcessWatch } from '../../monitor/process.ts';
import type { RunCounts } from '../../monitor/run-counts.ts';
import type { PreparedReplies } from '../../probes/prepared.ts';
import type { RequestCounts } from '../../probes/request-counts.ts';
import type { Guard } from '../access/access.ts';
import { boundedLog } from '../bounded-log.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { createApplication } from './application.ts';
import { createHandlers } from './handlers.ts';
import { createRouter } from './router.ts';
import { createSimulate } from './simulate.ts';

interface ApplicationOptions {
  readonly contract: Contract;
  readonly replies: PreparedReplies;
  readonly requestCounts: RequestCounts;
  readonly monitor: Monitor;
  readonly runCounts: RunCounts;
  readonly faults: FaultControl;
  readonly guard: Guard;
  fleet(): Fleet | undefined;
  readonly process: ProcessWatch;
  readonly heartbeats: Heartbeats;
  readonly log: Log;
}

/** Everything but the probes. Imported when the first request for it comes. */
export async function loadApplication(options: ApplicationOptions): Promise<RequestListener> {
  const { contract, monitor, faults, process, heartbeats, fleet, guard, log } = options;
  const metrics = createMetrics(options);
  const handlers = createHandlers({ contract, monitor, process, faults, heartbeats, fleet, metrics });
  const router = await createRouter(contract, handlers, createSimulate(faults, monitor), boundedLog(log));
  return createApplication(contract, router, guard, log);
}
