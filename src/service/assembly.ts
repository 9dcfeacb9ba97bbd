import { type Clock, systemClock } from '../base/clock.ts';
import { milliseconds } from '../base/duration.ts';
import { discreet, type Log, silent } from '../base/log.ts';
import { builtinContract } from '../contract/builtin.ts';
import type { Contract } from '../contract/contract.ts';
import { secured } from '../contract/security.ts';
import { publishEvents } from '../events/channels.ts';
import { linesOf } from '../events/lines.ts';
import type { Observer } from '../events/observer.ts';
import { simulationOf } from '../faults/options.ts';
import { createHeartbeats, type Heartbeats } from '../monitor/heartbeats.ts';
import { createMonitor, type Monitor } from '../monitor/monitor.ts';
import { type DelayHistogram, defaultMaxEventLoopDelay, type ProcessWatch, watchProcess } from '../monitor/process.ts';
import { createTally, type Tally } from '../monitor/run-counts.ts';
import { type PreparedReplies, prepareReplies } from '../probes/prepared.ts';
import { prove } from '../probes/proof.ts';
import { createServed, type Served } from '../probes/request-counts.ts';
import { createGuard, type Guard, rulesOf } from '../server/access/access.ts';
import { keysOf } from '../server/access/keys.ts';
import { type Access, accessOf } from '../server/access/options.ts';
import { createPorts, type Ports } from '../shutdown/ports.ts';
import { createShutdown, type Shutdown } from '../shutdown/shutdown.ts';
import { monitoredChecks, narrowed, type ProbityOptions, proveOptions } from './options.ts';
import { createSimulating, type Simulating, type SimulatingOptions } from './simulation.ts';

/** A whole service but for its ports. */
export interface Assembly {
  readonly contract: Contract;
  readonly access: Access;
  /** That of the options, which cannot fail here. */
  readonly log: Log;
  readonly guard: Guard;
  /** Whether failures may be simulated. */
  readonly isSimulated: boolean;
  readonly maxStallMs: number;
  readonly tally: Tally;
  readonly simulating: Simulating;
  readonly process: ProcessWatch;
  readonly heartbeats: Heartbeats;
  readonly monitor: Monitor;
  readonly served: Served;
  readonly replies: PreparedReplies;
  readonly shutdown: Shutdown;
  /** Starts the checks, once. */
  start(): void;
  /** Ends a start that is explicit. */
  started(): void;
  readonly ports: Ports;
  /** Registers what gives back what was borrowed, such as a signal of the process. */
  onStop(giveBack: () => void): void;
  /** Stops once, for good. */
  stop(): Promise<void>;
}

/** What surrounds a service: the machine's own where it is left out. */
export interface Surroundings {
  readonly clock?: Clock;
  readonly histogram?: DelayHistogram;
  readonly connect?: SimulatingOptions['connect'];
  readonly observers?: readonly Observer[];
}

/** A proxy on the same machine need not tell of itself, and looks like somebody who is on it. */
const simulationOpen =
  'simulation is open to whoever is on this machine, and behind a proxy on it to everybody: `access.tokens` close it';

/**
 * Puts together what a service is before it listens.
 *
 * @throws RangeError when an option is wrong
 * @throws TypeError when there is no such option
 * @throws Error when the contract could not be honoured in some state
 */
export function assemble(options: ProbityOptions, surroundings: Surroundings = {}): Assembly {
  proveOptions(options);
  const { checks = {}, probes = {}, heartbeats: promised = {} } = options;
  const log = discreet(options.log ?? silent);
  const { clock = systemClock, histogram, connect, observers: others = [] } = surroundings;
  const monitored = monitoredChecks(checks);
  const names = monitored.map(({ name }) => name);
  const allowed = simulationOf(options.simulation ?? false, names);
  const access = accessOf(options.access ?? {});
  const guard = createGuard(keysOf(access.tokens), rulesOf(access.protect));
  const declared = narrowed(options.contract ?? builtinContract(allowed.enabled), probes, monitored);
  const contract = secured(declared, access);
  prove(contract, monitored);
  const maxStallMs = milliseconds('maxEventLoopDelay', options.maxEventLoopDelay ?? defaultMaxEventLoopDelay);

  const refresh = (): void => monitor.refresh();
  const tally = createTally(names);
  const observers: readonly Observer[] = [tally, linesOf(log, clock), publishEvents(clock), ...others];
  const simulating = createSimulating({
    allowed,
    observers,
    fleet: options.fleet,
    checks: names,
    monitor: () => monitor,
    log,
    clock,
    ...(connect && { connect }),
  });
  const watched = watchProcess({
    maxEventLoopDelayMs: maxStallMs,
    onChange: refresh,
    clock,
    ...(histogram && { histogram }),
  });
  const heartbeats = createHeartbeats(refresh, clock);
  let mayStart = !options.explicitStart;
  const monitor = createMonitor({
    checks: monitored,
    distress: () => [...watched.distress(), ...heartbeats.distress(), ...simulating.distress()],
    overdue: heartbeats.overdue,
    mayStart: () => mayStart,
    faulty: simulating.overlay,
    observers,
    clock,
  });
  const served = createServed(contract);
  const replies = prepareReplies(contract, served, log);
  monitor.onChange((snapshot) => replies.update(snapshot));
  replies.update(monitor.snapshot());
  for (const [name, within] of Object.entries(promised))
    heartbeats.promise(name, milliseconds(`heartbeats.${name}`, within));

  const borrowed: (() => void)[] = [];
  let isStarted = false;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    watched.stop();
    heartbeats.stop();
    await Promise.all([simulating.stop(), ports.close()]);
    await monitor.stop();
    if (!shutdown.isRunning) giveBack();
  };
  const giveBack = (): void => {
    for (const giveBackOne of borrowed.splice(0)) giveBackOne();
  };
  const stopOnce = (): Promise<void> => {
    stopping ??= stop();
    return stopping;
  };
  const shutdown = createShutdown(
    options.shutdown ?? {},
    { drain: () => monitor.drain(), stop: stopOnce, giveBack },
    log,
    clock,
  );
  const ports = createPorts((port) => shutdown.manage(port), log, clock);
  return {
    contract,
    access,
    log,
    guard,
    isSimulated: allowed.enabled,
    maxStallMs,
    tally,
    simulating,
    process: watched,
    heartbeats,
    monitor,
    served,
    replies,
    shutdown,
    start() {
      if (isStarted || stopping !== undefined) return;
      isStarted = true;
      if (allowed.enabled && !guard.keys().areNeeded) log.warn({}, simulationOpen);
      if (options.checks === undefined && heartbeats.isEmpty())
        log.warn({}, 'nothing is watched: createProbity was given neither `checks` nor a heartbeat');
      monitor.start();
    },
    started() {
      mayStart = true;
      refresh();
    },
    ports,
    onStop: (giveBack) => void borrowed.push(giveBack),
    stop: stopOnce,
  };
}
