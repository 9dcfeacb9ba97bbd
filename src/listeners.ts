import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Contract } from './contract/contract.ts';
import type { Simulation } from './faults/simulation.ts';
import { manageServer } from './lifecycle/connections.ts';
import type { Port } from './lifecycle/shutdown.ts';
import type { Log } from './log.ts';
import type { Monitor } from './monitor/monitor.ts';
import type { ProcessWatch } from './monitor/process.ts';
import { blockedReplies, type PreparedReplies } from './server/prepared.ts';
import { readinessChecks, reportOf } from './server/report.ts';
import type { Served } from './server/served.ts';
import { createProbeServer, type ProbeServerOptions } from './server/server.ts';

/** Something that listens, with where. */
export interface Listener extends Port {
  readonly address: AddressInfo;
}

/** Where to listen, and for how long to try. */
export interface Place {
  readonly port: number;
  readonly host: string | undefined;
  /** Gives it up. */
  readonly signal: AbortSignal;
  /** Told of a connection that could not be taken. */
  refused(code: string | undefined): void;
}

/**
 * Listens in this thread.
 *
 * @throws the error of `listen`, or the reason of the signal
 */
export async function listenHere(
  options: ProbeServerOptions,
  { port, host, signal, refused }: Place,
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
  server.on('error', ({ code }: NodeJS.ErrnoException) => refused(code));
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

/**
 * Listens in a worker thread, which is told of every change.
 *
 * @throws the error of `listen`, or the reason of the signal
 */
export async function listenIsolated(
  { contract, replies, served, monitor, process, simulation, maxStallMs, log }: IsolatedListenerOptions,
  place: Place,
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
  const isolated = await isolate({ ...place, maxStallMs, cells: served.cells, state: stateNow(), log });
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
