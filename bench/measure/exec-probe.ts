import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plan } from '../plan.ts';
import type { Section } from '../report.ts';
import { startServer } from '../server.ts';
import { ratios, spread, withSpread } from '../statistics.ts';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const programs: readonly [string, readonly string[]][] = [
  ["Node's own start", ['start/nothing.mjs']],
  ['one `fetch`', ['start/fetch.mjs']],
  ['`probity check`', [command, 'check']],
];

/** What an exec probe costs: a process that asks once and ends. */
export async function measureExecProbe({ start: { rounds } }: Plan): Promise<Section> {
  if (!existsSync(command)) throw new Error('The package is not built: run "make build"');
  const server = await startServer('node-http');
  const url = `http://127.0.0.1:${server.port}/health`;
  const ms = programs.map((): number[] => []);
  // The first round fills the caches of the file system.
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, [, args]] of programs.entries()) {
      const from = performance.now();
      execFileSync(process.execPath, [...args, url]);
      if (round >= 0) ms[index]?.push(performance.now() - from);
    }
  }
  await server.stop();
  const [nothing = [], fetched = [], check = []] = ms;
  const over = spread(check.map((one, round) => one - (nothing[round] ?? 0)));
  return {
    title: 'Exec probe',
    text: `From exec to exit, ${rounds} processes each, against the same server.`,
    tables: [
      {
        caption: 'Milliseconds',
        head: ['program', 'ms', 'of one `fetch`'],
        rows: programs.map(([name], index) => [
          name,
          withSpread(spread(ms[index] ?? []), 0),
          `${withSpread(ratios(ms[index] ?? [], fetched))} ×`,
        ]),
      },
    ],
    targets: [
      {
        what: "`probity check`, over Node's own start",
        goal: '< 100 ms',
        found: `${withSpread(over, 0)} ms`,
        isMet: over.median < 100,
      },
    ],
  };
}
