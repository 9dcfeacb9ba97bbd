import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Log } from '../base/log.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { normalPath, pathsOf } from '../contract/paths.ts';
import type { Route } from '../contract/routes.ts';
import type { FaultControl } from '../faults/control.ts';
import { answeredAlone } from '../isolated/messages.ts';
import type { Monitor } from '../monitor/monitor.ts';
import type { ProcessWatch } from '../monitor/process.ts';
import { blockedReplies, type PreparedReplies } from '../probes/prepared.ts';
import type { RequestCounts } from '../probes/request-counts.ts';
import type { Guard } from '../server/access/access.ts';
import { readinessChecks, reportOf } from '../server/api/report.ts';
import { createProbeServer, type ProbeServerOptions } from '../server/server.ts';
import { manageServer } from '../shutdown/connections.ts';
import type { Attempt } from '../shutdown/ports.ts';
import type { Port } from '../shutdown/shutdown.ts';

/** Something that listens, with where. */
export interface Listener extends Port {
  readonly address: AddressInfo;
}

/** Where to listen, and for how long to try. */
interface ListenAttempt extends Attempt {
  readonly port: number;
  readonly host: string | undefined;
}

/**
 * Listens in this thread.
 *
 * @throws the error of `listen`, or the reason of the signal
 */
export async function listenHere(
  options: ProbeServerOptions,
  { port, host, signal, acceptFailed }: ListenAttempt,
): Promise<Listener> {
  signal.throwIfAborted();
  let isDraining = false;
  const server = createProbeServer({ ...options, isDraining: () => isDraining });
  const managed = manageServer(server);
  try {
    await once(server.listen(port, host), 'listening', { signal });
  } catch (error) {
    server.close();
    throw signal.aborted ? signal.reason : error;
  }
  server.on('error', ({ code }: NodeJS.ErrnoException) => acceptFailed(code));
  return {
    ...managed,
    announce() {
      isDraining = true;
      managed.announce();
    },
    address: server.address() as AddressInfo,
  };
}

interface IsolatedListenerOptions {
  readonly contract: Contract;
  /** What there is on the listener; of it the worker serves the probes, and what it can answer alone. */
  readonly operations: readonly Operation[];
  readonly guard: Guard;
  readonly replies: PreparedReplies;
  readonly requestCounts: RequestCounts;
  readonly monitor: Monitor;
  readonly process: ProcessWatch;
  readonly faults: FaultControl;
  readonly maxStallMs: number;
  readonly log: Log;
}

/** How often the worker is sent the figures of the process, which change without an event. */
const reportEveryMs = 1_000;

/**
 * Listens in a worker thread, which is sent every change.
 *
 * @throws the error of `listen`, or the reason of the signal
 */
export async function listenIsolated(options: IsolatedListenerOptions, attempt: ListenAttempt): Promise<Listener> {
  const { contract, guard, requestCounts, monitor, maxStallMs, log } = options;
  const { isolate } = await import('../isolated/parent.ts');
  const blocked = blockedReplies(contract, requestCounts, log);
  const stateNow = () => ({ ...stateOf(options), blocked });
  const isolated = await isolate({
    ...attempt,
    maxStallMs,
    counters: requestCounts.counters,
    routes: routesAlone(options.operations),
    guardState: guard.shared,
    state: stateNow(),
    log,
  });
  monitor.onChange(() => isolated.update(stateNow()));
  guard.onReplace(() => isolated.update(stateNow()));
  const timer = setInterval(() => isolated.update(stateNow()), reportEveryMs).unref();
  return {
    ...isolated,
    close() {
      clearInterval(timer);
      return isolated.close();
    },
  };
}

/** What a worker answers with from now on. */
function stateOf({ contract, operations, guard, replies, monitor, process, faults }: IsolatedListenerOptions) {
  return {
    replies: operations.flatMap(pathsOf).flatMap((path) => {
      const reply = replies.get(path);
      return reply === undefined ? [] : [[normalPath(path), reply] as const];
    }),
    report: reportOf(monitor.snapshot(), process.figures(), faults, readinessChecks(contract)),
    keys: guard.keys(),
  };
}

/** The validators of a document of one's own stay in this thread, and with them what they are for. */
const routesAlone = (operations: readonly Operation[]): Route[] =>
  operations
    .filter(({ id, probe }) => probe !== undefined || answeredAlone.some((one) => one === id))
    .map(({ key: _, responses: __, ...route }) => route);
