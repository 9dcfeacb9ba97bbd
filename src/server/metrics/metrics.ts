import { madeOnce } from '../../base/made-once.ts';
import { type CheckMetricsOptions, checkFamilies } from './checks.ts';
import type { Family } from './family.ts';
import { type ProbeMetricsOptions, probeFamilies } from './probes.ts';
import { type ProcessMetricsOptions, processFamilies } from './process.ts';

type MetricsOptions = CheckMetricsOptions & ProbeMetricsOptions & ProcessMetricsOptions;

/** Everything that is exposed. Names and units follow https://prometheus.io/docs/practices/naming/. */
const metricFamilies = (options: MetricsOptions): readonly Family[] => [
  ...checkFamilies(options),
  ...probeFamilies(options),
  ...processFamilies(options),
];

/** As much of a registry of prom-client as metrics are added with. */
export interface MetricsRegistry {
  registerMetric(metric: never): unknown;
}

/**
 * Adds them to a registry of whichever prom-client the application has. They are no metrics of prom-client's own, which
 * know only what was counted through them: what a registry asks of a metric is read from the state when it is scraped.
 */
export function registerMetrics(registry: MetricsRegistry, options: MetricsOptions): void {
  for (const { name, help, type, labels, samples } of metricFamilies(options)) {
    const metric = {
      name,
      help,
      type,
      aggregator: 'sum',
      labelNames: labels,
      get: async () => ({ name, help, type, aggregator: 'sum', values: samples() }),
      reset() {},
    };
    registry.registerMetric(metric as never);
  }
}

/**
 * The exposition, read from the state when it is scraped. prom-client is loaded with the first scrape: what has to be
 * counted from the start on is counted without it, so that neither the start nor who never scrapes pays for it.
 */
export function createMetrics(options: MetricsOptions): () => Promise<string> {
  const registry = madeOnce(() => ownRegistry(options));
  return async () => (await registry()).metrics();
}

async function ownRegistry(options: MetricsOptions): Promise<{ metrics(): Promise<string> }> {
  const { Registry } = await import('./prom-client.ts');
  const registry = new Registry();
  registerMetrics(registry, options);
  return registry;
}
