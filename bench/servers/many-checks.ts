import type { CheckDefinition } from '../../src/health/checker.ts';
import { createProbity } from '../../src/service/probity.ts';
import { cpuTime, report } from './child.ts';

const count = Number(process.env.CHECKS);
const intervalMs = 1_000;
const interval = '1s';

const lastStart = new Float64Array(count);
let intervals = 0;
let sumMs = 0;
let sumDeviationMs = 0;
let maxDeviationMs = 0;

function started(index: number): void {
  const now = performance.now();
  const last = lastStart[index] as number;
  lastStart[index] = now;
  if (last === 0) return;
  const deviationMs = Math.abs(now - last - intervalMs);
  intervals += 1;
  sumMs += now - last;
  sumDeviationMs += deviationMs;
  maxDeviationMs = Math.max(maxDeviationMs, deviationMs);
}

const definition = (index: number): CheckDefinition => ({
  interval,
  checker: {
    async check() {
      started(index);
    },
    explain: () => 'unavailable',
  },
});

const checks = Object.fromEntries(Array.from({ length: count }, (_, index) => [`check-${index}`, definition(index)]));
const { port } = await createProbity({ checks }).listen(0, '127.0.0.1');

/** The figures since the last question. */
report(port, () => {
  const figures = {
    ...cpuTime(),
    rss: process.memoryUsage.rss(),
    intervals,
    meanMs: sumMs / intervals,
    meanDeviationMs: sumDeviationMs / intervals,
    maxDeviationMs,
  };
  intervals = sumMs = sumDeviationMs = maxDeviationMs = 0;
  return figures;
});
