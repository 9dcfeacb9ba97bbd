import { madeOnce } from '../../base/made-once.ts';
import type { Answer } from '../../contract/answer.ts';
import type { Contract } from '../../contract/contract.ts';
import { problem } from '../../contract/problem.ts';
import type { FaultControl } from '../../faults/control.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Heartbeats } from '../../monitor/heartbeats.ts';
import type { Monitor } from '../../monitor/monitor.ts';
import type { ProcessWatch } from '../../monitor/process.ts';
import { dashboardPage, docsPage, type Page } from '../pages/pages.ts';
import { checkOf, readinessChecks, reportOf } from './report.ts';
import type { Handlers } from './router.ts';
import { createFaultHandlers, unknownCheck } from './simulate.ts';

interface HandlerOptions {
  readonly contract: Contract;
  readonly monitor: Monitor;
  readonly process: ProcessWatch;
  readonly faults: FaultControl;
  fleet(): Fleet | undefined;
  readonly heartbeats: Pick<Heartbeats, 'beat'>;
  /** The metrics in the Prometheus text format. */
  metrics(): Promise<string>;
}

/** One handler for each operation that no extension answers. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { contract, monitor, process, faults, heartbeats, fleet, metrics } = options;
  return {
    listChecks: () => ({
      status: 200,
      body: reportOf(monitor.snapshot(), process.figures(), faults, readinessChecks(contract)),
    }),
    getCheck({ params }) {
      const snapshot = monitor.snapshot();
      const found = snapshot.checks.find(({ name }) => name === params.check);
      return found === undefined
        ? unknownCheck(params.check, snapshot)
        : { status: 200, body: checkOf(found, faults.of(found.name)) };
    },
    beat: ({ params: { name } }) =>
      heartbeats.beat(name) ? { status: 204 } : problem(404, `No heartbeat is named ${name}`),
    getMetrics: async () => ({ status: 200, body: await metrics() }),
    getContract: constant(async () => ({ status: 200, body: { ...contract.document } })),
    getDocs: constant(async () => pageAnswer(await docsPage())),
    getDashboard: constant(async () => pageAnswer(await dashboardPage())),
    async getFleet() {
      const joined = fleet();
      if (joined === undefined) return problem(404, 'No fleet is configured');
      const replicas = await joined.replicas();
      if (replicas === undefined) return problem(503, "The fleet's Redis cannot be reached");
      return { status: 200, body: { replicas: [...replicas] } };
    },
    ...createFaultHandlers(faults, monitor),
  };
}

/** An answer that is always the same: made with the first request for it. */
const constant = <const Constant extends Answer>(make: () => Promise<Constant>): (() => Promise<Constant>) =>
  madeOnce(async () => Object.freeze(await make()));

const pageAnswer = ({ html, policy }: Page): { status: 200; body: string; headers: Record<string, string> } => ({
  status: 200,
  body: html,
  headers: {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  },
});
