import type { Lifecycle } from '../../generated/contract/types.gen.ts';
import type { Monitor } from '../monitor/monitor.ts';

const lifecycles: readonly Lifecycle[] = ['starting', 'started', 'draining', 'stopped'];

/** Reads the state when it is scraped: nothing is counted in between. prom-client is loaded with the first scrape. */
export function createMetrics(monitor: Monitor): () => Promise<string> {
  let exposition: Promise<() => Promise<string>> | undefined;
  return async () => {
    exposition ??= register(monitor);
    return (await exposition)();
  };
}

async function register(monitor: Monitor): Promise<() => Promise<string>> {
  const { Gauge, Registry } = await import('prom-client');
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
  return () => registry.metrics();
}
