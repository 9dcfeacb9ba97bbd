import { setTimeout as pause } from 'node:timers/promises';
import type { Plan } from '../plan.ts';
import type { Section, Target } from '../report.ts';
import { startServer } from '../server.ts';

/** See servers/many-checks.ts. */
interface Figures {
  readonly cpu: number;
  readonly rss: number;
  readonly intervals: number;
  readonly meanMs: number;
  readonly meanDeviationMs: number;
  readonly maxDeviationMs: number;
}

interface Measured extends Figures {
  readonly count: number;
  readonly cpuPercent: number;
}

const intervalMs = 1_000;

/** What many checks in one process cost, and whether they keep time. */
export async function measureChecks({ checks: { counts, warmUpMs, ms } }: Plan): Promise<Section> {
  const measured: Measured[] = [];
  for (const count of counts) measured.push(await measure(count, warmUpMs, ms));
  return {
    title: 'Many checks in one process',
    text: `Checks that do nothing, once a second each, over ${ms / 1_000} s after a warm-up of ${warmUpMs / 1_000} s. The drift is how far the intervals from start to start are from a second: their mean, the mean of each one's deviation, and the largest.`,
    tables: [
      {
        caption: 'CPU, memory and drift',
        head: ['checks', 'CPU, % of a core', 'resident, MB', 'runs', 'drift of the mean', 'mean deviation', 'largest'],
        rows: measured.map((figures) => [
          figures.count.toLocaleString('en'),
          figures.cpuPercent.toFixed(2),
          (figures.rss / 1e6).toFixed(0),
          figures.intervals.toLocaleString('en'),
          percent(figures.meanMs - intervalMs),
          percent(figures.meanDeviationMs),
          percent(figures.maxDeviationMs),
        ]),
      },
    ],
    targets: [...measured.filter(({ count }) => count >= 1_000).map(targetOf)],
  };
}

function targetOf({ count, cpuPercent, maxDeviationMs }: Measured): Target {
  if (count === 1_000)
    return {
      what: '1,000 checks a second: CPU',
      goal: '< 5 % of a core',
      found: `${cpuPercent.toFixed(2)} %`,
      isMet: cpuPercent < 5,
    };
  return {
    what: `${count.toLocaleString('en')} checks a second: the largest deviation of an interval`,
    goal: '≤ 10 %',
    found: percent(maxDeviationMs),
    isMet: maxDeviationMs <= 0.1 * intervalMs,
  };
}

async function measure(count: number, warmUpMs: number, ms: number): Promise<Measured> {
  const server = await startServer('many-checks', { CHECKS: String(count) });
  await pause(warmUpMs);
  const before = await server.figures<Figures>();
  const from = performance.now();
  await pause(ms);
  const after = await server.figures<Figures>();
  const cpuMs = (after.cpu - before.cpu) / 1_000;
  const cpuPercent = (cpuMs / (performance.now() - from)) * 100;
  await server.stop();
  return { ...after, count, cpuPercent };
}

const percent = (ms: number): string => `${((ms / intervalMs) * 100).toFixed(2)} %`;
