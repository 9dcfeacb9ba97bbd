import type { RequestListener } from 'node:http';
import type { Contract } from '../contract/contract.ts';
import { createRouter } from '../contract/router.ts';
import type { Faults } from '../faults/faults.ts';
import type { Log } from '../log.ts';
import type { Heartbeats } from '../monitor/heartbeats.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { ProcessWatch } from '../monitor/process.ts';
import { createApplication } from './application.ts';
import { createHandlers, createSimulate } from './handlers.ts';
import { createMetrics } from './metrics.ts';

export interface ApplicationOptions {
  readonly contract: Contract;
  readonly monitor: Monitor;
  readonly faults: Faults;
  readonly process: ProcessWatch;
  readonly heartbeats: Heartbeats;
  readonly log: Log;
}

/** Everything but the probes. Imported when the first request for it comes. */
export async function loadApplication(options: ApplicationOptions): Promise<RequestListener> {
  const { contract, monitor, faults, process, heartbeats, log } = options;
  const handlers = createHandlers({ contract, monitor, process, heartbeats, metrics: createMetrics(monitor) });
  const router = await createRouter(contract, handlers, createSimulate(faults, monitor), log);
  return createApplication(contract, router, log);
}
