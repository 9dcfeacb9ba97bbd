import type { MetricType } from 'prom-client';
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

/**
 * The exposition, read from the state when it is scraped. prom-client is loaded with the first scrape: what has to be
 * counted from the start on is counted without it, so that neither the start nor who never scrapes pays for it.
 */
export function createMetrics(options: MetricsOptions): () => Promise<string> {
  let exposition: Promise<() => Promise<string>> | undefined;
  return async () => {
    exposition ??= register(metricFamilies(options));
    return (await exposition)();
  };
}

async function register(families: readonly Family[]): Promise<() => Promise<string>> {
  const { Gauge, Registry } = await import('./prom-client.ts');
  const registry = new Registry();

  /** A metric of any type that is read when it is scraped: prom-client's own know what was counted through them. */
  class Read extends Gauge {
    readonly family: Family;

    constructor(family: Family) {
      super({ name: family.name, help: family.help, labelNames: family.labels, registers: [registry] });
      this.family = family;
    }

    override async get(): ReturnType<InstanceType<typeof Gauge>['get']> {
      const { type, samples } = this.family;
      return { ...(await super.get()), type: type as unknown as MetricType, values: samples() };
    }
  }
  for (const family of families) new Read(family);
  return () => registry.metrics();
}
