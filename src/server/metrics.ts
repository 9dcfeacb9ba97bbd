import type { Lifecycle } from '../../generated/contract/types.gen.ts';
import type { Simulation } from '../faults/simulation.ts';
import type { Monitor } from '../monitor/monitor.ts';
import { type Guard, refusals } from './access.ts';

const lifecycles: readonly Lifecycle[] = ['starting', 'started', 'draining', 'stopped'];

export interface MetricsOptions {
  readonly monitor: Monitor;
  readonly simulation: Simulation;
  readonly guard: Guard;
}

/** Reads the state when it is scraped: nothing is counted in between. prom-client is loaded with the first scrape. */
export function createMetrics(options: MetricsOptions): () => Promise<string> {
  let exposition: Promise<() => Promise<string>> | undefined;
  return async () => {
    exposition ??= register(options);
    return (await exposition)();
  };
}

async function register({ monitor, simulation, guard }: MetricsOptions): Promise<() => Promise<string>> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const registers = [registry];
  const checks = () => monitor.snapshot().checks;

  new Gauge({
    name: 'probity_check_up',
    help: 'Whether the check is up (1) or not (0).',
    labelNames: ['check'],
    registers,
    collect() {
      for (const { name, state } of checks()) this.set({ check: name }, state.status === 'up' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'probity_check_last_duration_seconds',
    help: 'How long the latest run of the check took.',
    labelNames: ['check'],
    registers,
    collect() {
      for (const { name, state } of checks()) {
        if (state.last !== undefined) this.set({ check: name }, state.last.durationMs / 1_000);
      }
    },
  });
  new Gauge({
    name: 'probity_check_simulated',
    help: 'Whether the latest result of the check came from a fault on purpose (1) or not (0).',
    labelNames: ['check'],
    registers,
    collect() {
      for (const { name, state } of checks()) this.set({ check: name }, state.last?.simulated ? 1 : 0);
    },
  });
  new Gauge({
    name: 'probity_lifecycle',
    help: 'The phase that the service is in (1), among all phases (0).',
    labelNames: ['phase'],
    registers,
    collect() {
      const { lifecycle } = monitor.snapshot();
      for (const phase of lifecycles) this.set({ phase }, phase === lifecycle ? 1 : 0);
    },
  });
  new Gauge({
    name: 'probity_fault_active',
    help: 'The faults that are simulated at the moment (1).',
    labelNames: ['check', 'kind'],
    registers,
    collect() {
      this.reset();
      for (const { check, fault } of simulation.list()) this.set({ check, kind: fault.kind }, 1);
    },
  });
  new Counter({
    name: 'probity_access_refused_total',
    help: 'Requests that were refused for want of a token, or because of where they came from.',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset();
      for (const reason of refusals) this.inc({ reason }, guard.refused()[reason]);
    },
  });
  if (simulation.isFleetReachable() !== undefined) {
    new Gauge({
      name: 'probity_fleet_reachable',
      help: 'Whether faults reach the other replicas (1) or not (0).',
      registers,
      collect() {
        this.set(simulation.isFleetReachable() ? 1 : 0);
      },
    });
  }
  return () => registry.metrics();
}
