import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Plan } from '../plan.ts';
import type { Section } from '../report.ts';
import { ratios, spread, withSpread } from '../statistics.ts';

const built = new URL('../../dist/esm/index.js', import.meta.url);
const modules: readonly [string, string][] = [
  ['probity', built.href],
  ['express 5', 'express'],
];

/** What an application pays for the import alone. */
export async function measureImport({ start: { rounds } }: Plan): Promise<Section> {
  if (!existsSync(built)) throw new Error('The package is not built: run "make build"');
  const ms = modules.map((): number[] => []);
  // The first round fills the caches of the file system.
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, [, specifier]] of modules.entries()) {
      const took = Number(execFileSync(process.execPath, ['start/import.mjs', specifier], { encoding: 'utf8' }));
      if (round >= 0) ms[index]?.push(took);
    }
  }
  const [own = [], express = []] = ms;
  const ratio = ratios(own, express);
  return {
    title: 'Import',
    text: `The time that \`await import()\` takes, ${rounds} processes each.`,
    tables: [
      {
        caption: 'Milliseconds',
        head: ['module', 'ms'],
        rows: modules.map(([name], index) => [name, withSpread(spread(ms[index] ?? []), 1)]),
      },
    ],
    targets: [
      {
        what: 'importing probity, of express 5',
        goal: '≤ 2 ×',
        found: `${withSpread(ratio)} ×`,
        isMet: ratio.median <= 2,
      },
    ],
  };
}
