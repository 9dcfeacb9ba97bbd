/**
 * Measures Probity beside its peers, and writes RESULTS.md.
 *
 *   node bench/run.ts                      everything
 *   node bench/run.ts start checks         only these measurements; prints and writes nothing
 *   node bench/run.ts --quick              everything, too briefly to believe; prints and writes nothing
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measureBlocked } from './measure/blocked.ts';
import { measureChecks } from './measure/checks.ts';
import { measureConnections } from './measure/connections.ts';
import { measureDocuments } from './measure/documents.ts';
import { measureExecProbe } from './measure/exec-probe.ts';
import { measureImport } from './measure/import.ts';
import { measureOutage } from './measure/outage.ts';
import { measureRequests } from './measure/requests.ts';
import { measureRolling } from './measure/rolling.ts';
import { measureRoundTrips } from './measure/round-trips.ts';
import { measureStart } from './measure/start.ts';
import { full, quick } from './plan.ts';
import { render, type Section } from './report.ts';

const measurements = {
  start: measureStart,
  documents: measureDocuments,
  requests: measureRequests,
  'round-trips': measureRoundTrips,
  outage: measureOutage,
  connections: measureConnections,
  checks: measureChecks,
  blocked: measureBlocked,
  rolling: measureRolling,
  import: measureImport,
  'exec-probe': measureExecProbe,
};

type Measurement = keyof typeof measurements;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean' } } });
const unknown = positionals.find((name) => !Object.hasOwn(measurements, name));
if (unknown !== undefined) {
  console.error(`Expected any of ${Object.keys(measurements).join(', ')}, got ${unknown}`);
  process.exit(2);
}

// What was started ends with this process, and this process ends in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const wanted = positionals.length === 0 ? Object.keys(measurements) : positionals;
const sections: Section[] = [];
for (const name of wanted as Measurement[]) {
  const from = performance.now();
  console.error(`Measuring ${name} …`);
  sections.push(await measurements[name](values.quick ? quick : full));
  console.error(`  took ${((performance.now() - from) / 1_000).toFixed(0)} s`);
}

const results = render(sections);
console.log(results);
if (!values.quick && positionals.length === 0) writeFileSync(new URL('RESULTS.md', import.meta.url), results);
