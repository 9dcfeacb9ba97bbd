import type { Contract } from '../contract/contract.ts';
import { problem } from '../contract/problem.ts';
import type { Handlers, Simulate } from '../contract/router.ts';
import type { Faults } from '../faults/faults.ts';
import type { Snapshot } from '../health/snapshot.ts';
import type { Heartbeats } from '../monitor/heartbeats.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { ProcessWatch } from '../monitor/process.ts';
import { dashboardPage, docsPage, type Page } from './pages.ts';
import { checkOf, readinessChecks, reportOf } from './report.ts';

export interface HandlerOptions {
  readonly contract: Contract;
  readonly monitor: Monitor;
  readonly process: ProcessWatch;
  readonly heartbeats: Pick<Heartbeats, 'beat'>;
  /** The metrics in the Prometheus text format. */
  metrics(): Promise<string>;
}

/** One handler for each operation that no extension answers. */
export function createHandlers({ contract, monitor, process, heartbeats, metrics }: HandlerOptions): Handlers {
  return {
    listChecks: () => ({
      status: 200,
      body: reportOf(monitor.snapshot(), process.figures(), readinessChecks(contract)),
    }),
    getCheck({ params }) {
      const snapshot = monitor.snapshot();
      const found = snapshot.checks.find(({ name }) => name === params.check);
      return found === undefined ? unknownCheck(params.check, snapshot) : { status: 200, body: checkOf(found) };
    },
    beat: ({ params: { name } }) =>
      heartbeats.beat(name) ? { status: 204 } : problem(404, `No heartbeat is named ${name}`),
    getMetrics: async () => ({ status: 200, body: await metrics() }),
    getContract: () => ({ status: 200, body: { ...contract.document } }),
    getDocs: () => pageAnswer(docsPage()),
    getDashboard: () => pageAnswer(dashboardPage()),
    listFaults: notYet,
    clearFaults: notYet,
    setFault: notYet,
    clearFault: notYet,
  };
}

/**
 * Answers an operation with `x-simulate`: with the words of the contract, and only once the probes show what was asked
 * for, or the check has had its time to.
 */
export function createSimulate(faults: Faults, monitor: Monitor): Simulate {
  return async ({ simulate, responses }) => {
    const { check, fault } = simulate as NonNullable<typeof simulate>;
    const snapshot = monitor.snapshot();
    const found = snapshot.checks.find(({ name }) => name === check);
    if (found === undefined) return unknownCheck(check, snapshot);
    if (fault === 'none') faults.clear(check);
    else faults.set(check);
    await withinMs(found.rules.timeoutMs, monitor.recheck(check));
    return { status: 200, body: constantsOf(responses.get(200)?.schema?.node.properties ?? {}) };
  };
}

const constantsOf = (properties: Readonly<Record<string, { const?: unknown }>>): object =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.const]));

/** A dependency that hangs must not hang the answer. */
async function withinMs(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

const pageAnswer = ({ html, policy }: Page): { status: 200; body: string; headers: Record<string, string> } => ({
  status: 200,
  body: html,
  headers: {
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  },
});

function unknownCheck(name: string, { checks }: Snapshot): ReturnType<typeof problem<404>> {
  const known = checks.length === 0 ? 'there are none' : `known are ${checks.map((check) => check.name).join(', ')}`;
  return problem(404, `No check is named ${name}: ${known}`);
}

const notYet = (): ReturnType<typeof problem<404>> =>
  problem(404, 'Faults are not served here yet: use the operations with x-simulate');
