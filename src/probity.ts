import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CheckDefinition } from './checks/checker.ts';
import { builtinContract } from './contract/builtin.ts';
import type { Contract } from './contract/contract.ts';
import { prove } from './contract/proof.ts';
import { type Duration, milliseconds } from './duration.ts';
import { createFaults } from './faults/faults.ts';
import { rulesOf } from './health/rules.ts';
import { type Log, silent } from './log.ts';
import { createMonitor, type MonitoredCheck } from './monitor/monitor.ts';
import { defaultMaxEventLoopDelay, watchProcess } from './monitor/process.ts';
import { isLoopback } from './server/guard.ts';
import { lazily } from './server/lazy.ts';
import { prepareReplies } from './server/prepared.ts';
import { createProbeServer, refusals } from './server/server.ts';

export interface ProbityOptions {
  /** The dependencies to watch, by name. */
  checks?: Readonly<Record<string, CheckDefinition>>;
  /** Whether failures may be simulated; `listen` then takes loopback addresses alone. */
  simulation?: boolean;
  /** Liveness fails when the event loop has been stuck for longer. */
  maxEventLoopDelay?: Duration;
  /** The document that is served, as `loadContract` reads it; the built-in one when left out. */
  contract?: Contract;
  /** Silent when left out. */
  log?: Log;
}

export interface Probity {
  /** Listens on a port of its own, and starts the checks; resolves with where it listens. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Turns readiness 503; liveness stays as it is. */
  drain(): void;
  /** Stops listening, finishes what is under way, ends the checks and closes what they opened. */
  stop(): Promise<void>;
}

/**
 * Puts a probe service together.
 *
 * @throws RangeError when an option is wrong
 * @throws Error when the contract could not be honoured in some state
 */
export function createProbity({
  checks = {},
  simulation = false,
  maxEventLoopDelay = defaultMaxEventLoopDelay,
  contract = builtinContract(simulation),
  log = silent,
}: ProbityOptions): Probity {
  const monitored = Object.entries(checks).map(([name, definition]): MonitoredCheck => {
    return { name, rules: rulesOf(name, definition), checker: definition.checker };
  });
  prove(contract, monitored);

  const faults = createFaults((check) => {
    log.warn({ check }, 'simulated fault has expired');
    void monitor.recheck(check);
  });
  const process = watchProcess({
    maxEventLoopDelayMs: milliseconds('maxEventLoopDelay', maxEventLoopDelay),
    onChange: () => monitor.refresh(),
  });
  const monitor = createMonitor({
    checks: monitored,
    distress: process.distress,
    faulty: (name) => faults.overlay(name),
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
      return loadApplication({ contract, monitor, faults, process, log });
    },
    refuse,
    log,
  );
  let server: Server | undefined;

  return {
    async listen(port, host) {
      if (simulation && !isLoopback(host)) {
        throw new RangeError(`Expected a loopback \`host\` while \`simulation\` is on, got \`${host}\``);
      }
      server = createProbeServer({ replies, refuse, application }).listen(port, host);
      replies.update(monitor.snapshot());
      await once(server, 'listening');
      monitor.start();
      return server.address() as AddressInfo;
    },
    drain: () => monitor.drain(),
    async stop() {
      faults.stop();
      process.stop();
      if (server?.listening) {
        server.close();
        server.closeIdleConnections();
        await once(server, 'close');
      }
      await monitor.stop();
    },
  };
}
