import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Contract } from './contract/contract.ts';
import type { Simulation } from './faults/simulation.ts';
import { type ManagedServer, manageServer } from './lifecycle/connections.ts';
import type { Log } from './log.ts';
import type { Monitor } from './monitor/monitor.ts';
import type { ProcessWatch } from './monitor/process.ts';
import { blockedReplies, type PreparedReplies } from './server/prepared.ts';
import { readinessChecks, reportOf } from './server/report.ts';
import type { Served } from './server/served.ts';
import { createProbeServer, type ProbeServerOptions } from './server/server.ts';

/** Something that listens, with where. */
export interface Listener extends ManagedServer {
  readonly address: AddressInfo;
}

/** Listens in this thread. */
export async function listenHere(
  options: ProbeServerOptions,
  port: number,
  host: string | undefined,
): Promise<Listener> {
  let isDraining = false;
  const server = createProbeServer({ ...options, isDraining: () => isDraining });
  const managed = manageServer(server);
  server.listen(port, host);
  await once(server, 'listening');
  return {
    ...managed,
    announce() {
      isDraining = true;
      managed.announce();
    },
    address: server.address() as AddressInfo,
  };
}

export interface IsolatedListenerOptions {
  readonly contract: Contract;
  readonly replies: PreparedReplies;
  readonly served: Served;
  readonly monitor: Monitor;
  readonly process: ProcessWatch;
  readonly simulation: Simulation;
  readonly maxStallMs: number;
  readonly log: Log;
}

/** How often the worker is told the figures of the process, which change without an event. */
const reportEveryMs = 1_000;

/** Listens in a worker thread, which is told of every change. */
export async function listenIsolated(
  { contract, replies, served, monitor, process, simulation, maxStallMs, log }: IsolatedListenerOptions,
  port: number,
  host: string | undefined,
): Promise<Listener> {
  const { isolate } = await import('./lifecycle/isolate.ts');
  const paths = contract.operations.filter(({ probe }) => probe !== undefined).map(({ path }) => path);
  const blocked = blockedReplies(contract, served, log);
  const stateNow = () => ({
    replies: paths.flatMap((path) => {
      const reply = replies.get(path);
      return reply === undefined ? [] : [[path, reply] as const];
    }),
    blocked,
    report: reportOf(monitor.snapshot(), process.figures(), simulation, readinessChecks(contract)),
  });
  const isolated = await isolate({ port, host, maxStallMs, cells: served.cells, state: stateNow(), log });
  monitor.onChange(() => isolated.update(stateNow()));
  const timer = setInterval(() => isolated.update(stateNow()), reportEveryMs).unref();
  return {
    ...isolated,
    close() {
      clearInterval(timer);
      return isolated.close();
    },
  };
}
