import type { AddressInfo } from 'node:net';
import type { CheckDefinition } from './checks/checker.ts';
import { builtinContract } from './contract/builtin.ts';
import type { Contract } from './contract/contract.ts';
import { prove } from './contract/proof.ts';
import { type Duration, milliseconds } from './duration.ts';
import { createFaults } from './faults/faults.ts';
import { type SimulationSwitches, simulationOf } from './faults/options.ts';
import { applyTo, type Change, createSimulation, livenessTarget } from './faults/simulation.ts';
import type { Fleet } from './fleet/fleet.ts';
import { judge } from './health/probes.ts';
import { rulesOf } from './health/rules.ts';
import { type Log, silent } from './log.ts';
import { createMonitor, type MonitoredCheck } from './monitor/monitor.ts';
import { defaultMaxEventLoopDelay, watchProcess } from './monitor/process.ts';
import { type AccessOptions, accessOf, proveAccess } from './server/access-options.ts';
import { lazily } from './server/lazy.ts';
import { type Addresses, createListeners, type ManagementOptions } from './server/listeners.ts';
import { prepareReplies } from './server/prepared.ts';
import { refusals } from './server/server.ts';

export interface ProbityOptions {
  /** The dependencies to watch, by name. */
  checks?: Readonly<Record<string, CheckDefinition>>;
  /** Whether failures may be simulated; without tokens, `listen` then takes loopback addresses alone. */
  simulation?: boolean | SimulationSwitches | undefined;
  /** Who may ask for more than the probes. */
  access?: AccessOptions | undefined;
  /** A listener of its own for everything but the probes. */
  management?: ManagementOptions | undefined;
  /** How replicas find each other and share their faults: through a Redis, those with the same name. */
  fleet?: { redis: string; name?: string | undefined } | undefined;
  /** Liveness fails when the event loop has been stuck for longer. */
  maxEventLoopDelay?: Duration;
  /** Silent when left out. */
  log?: Log;
}

export interface Probity {
  /** Listens on a port of its own, and starts the checks; resolves with where it listens. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Where everything but the probes is, once it listens and if that is elsewhere. */
  management(): AddressInfo | undefined;
  /** Turns readiness 503; liveness stays as it is. */
  drain(): void;
  /** Stops listening, finishes what is under way, ends the checks and closes what they opened. */
  stop(): Promise<void>;
}

/**
 * Puts a probe service together.
 *
 * @throws RangeError when an option is wrong
 * @throws BrokenPromise when the contract could not be honoured in some state
 */
export function createProbity({
  checks = {},
  simulation: switches = false,
  access: accessOptions = {},
  management,
  fleet: fleetOptions,
  maxEventLoopDelay = defaultMaxEventLoopDelay,
  log = silent,
}: ProbityOptions): Probity {
  const allowed = simulationOf(switches, Object.keys(checks));
  const access = accessOf(accessOptions);
  const contract = builtinContract(allowed.enabled);
  const monitored = Object.entries(checks).map(([name, definition]): MonitoredCheck => {
    return { name, rules: rulesOf(name, definition), checker: definition.checker };
  });
  prove(contract, monitored);

  const simulatedChange = (check: string): void => {
    if (allowed.liveness && check === livenessTarget) monitor.refresh();
    else void monitor.recheck(check);
  };
  const faults = createFaults({
    onExpiry({ check, fault: { kind }, by }) {
      log.warn({ check, kind, by, simulated: true }, 'simulated fault has expired');
      simulatedChange(check);
    },
  });
  const apply = applyTo(faults, log, simulatedChange);
  let fleet: Fleet | undefined;
  const simulation = createSimulation({ faults, liveness: allowed.liveness, sharing: () => fleet, apply });
  const process = watchProcess({
    maxEventLoopDelayMs: milliseconds('maxEventLoopDelay', maxEventLoopDelay),
    onChange: () => monitor.refresh(),
  });
  const monitor = createMonitor({
    checks: monitored,
    distress: () => [
      ...process.distress(),
      ...(allowed.liveness && faults.of(livenessTarget) ? ['Simulated failure'] : []),
    ],
    faulty: faults.overlay,
    onTransition: ({ name, rules }, before, after) => {
      const fields = {
        check: name,
        from: before.status,
        to: after.status,
        reason: after.reason,
        simulated: after.last?.simulated,
      };
      log[after.status === 'up' || rules.requiredFor === 'nothing' ? 'info' : 'warn'](fields, 'check changed');
    },
    onFailure: ({ name }, error) => log.debug({ check: name, err: error }, 'run failed'),
  });
  const replies = prepareReplies(contract, log);
  monitor.onChange((snapshot) => replies.update(snapshot));

  const refuse = refusals(contract);
  const application = lazily(
    async () => {
      const { loadApplication } = await import('./server/load.ts');
      return loadApplication({ contract, monitor, simulation, access, process, fleet: () => fleet, log });
    },
    refuse,
    log,
  );
  const listeners = createListeners({ replies, refuse, application }, contract, management);
  let addresses: Addresses | undefined;

  const isChange = ({ check, fault, by }: Change): boolean =>
    allowed.enabled && Object.hasOwn(checks, check) && (fault === undefined || isFault(contract, { check, fault, by }));
  const isReady = (): boolean => judge('readiness', monitor.snapshot()).ok;
  const joinFleet = async (): Promise<void> => {
    if (fleetOptions === undefined) return;
    const { createFleet } = await import('./fleet/fleet.ts');
    const { redis, name = 'probity' } = fleetOptions;
    const joined = createFleet({ redis, name, apply, isChange, isReady, log });
    fleet = joined;
    let wasReady = isReady();
    monitor.onChange(() => {
      if (wasReady !== isReady()) joined.tell();
      wasReady = isReady();
    });
  };

  return {
    async listen(port, host) {
      const isElsewhere = management?.host !== undefined;
      proveAccess(access, allowed.enabled, management?.host ?? host, isElsewhere ? 'management.host' : 'host');
      await joinFleet();
      replies.update(monitor.snapshot());
      addresses = await listeners.open(port, host);
      monitor.start();
      fleet?.join(addresses.main.port);
      return addresses.main;
    },
    management: () => addresses?.management,
    drain: () => monitor.drain(),
    async stop() {
      faults.stop();
      process.stop();
      await Promise.all([fleet?.stop(), listeners.close()]);
      await monitor.stop();
    },
  };
}

/** What comes from another replica is held to the contract as well. */
function isFault(contract: Contract, { check, fault, by }: Change): boolean {
  const validate = contract.validators['#/components/schemas/FaultInForce'];
  const inForce = { check, fault, until: new Date().toISOString(), ...(by === undefined ? {} : { by }) };
  return validate?.(inForce) ?? false;
}
