import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../test/servers/free-port.ts';
import { documentOf } from '../documents/make.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section } from '../report.ts';
import { end, startProgram } from '../server.ts';
import { spread, withSpread } from '../statistics.ts';

const built = join(import.meta.dirname, '../../dist/cli/main.js');

const megabyte = 1e6;
const sizes = [0.4, 1, 4] as const;
const formats = ['yaml', 'json'] as const;

interface Row {
  readonly name: string;
  /** Absent for the built-in document. */
  readonly file?: string;
  readonly ms: number[];
  readonly peakMb: number[];
  readonly restMb: number[];
}

/** How soon a service answers that has a large document of its own, and what is left of that afterwards. */
export async function measureDocuments({ documents: { rounds, restRounds } }: Plan): Promise<Section> {
  if (!existsSync(built)) throw new Error('The package is not built: run "make build"');
  const folder = mkdtempSync(join(tmpdir(), 'probity-bench-'));
  const rows: readonly Row[] = [rowOf('the built-in one'), ...written(folder)];
  for (let round = 0; round < rounds; round += 1) for (const row of rows) await measureStartOf(row);
  for (let round = 0; round < restRounds; round += 1) await measureRest(rows);
  rmSync(folder, { recursive: true });
  const [builtin, ...own] = rows as [Row, ...Row[]];
  const largest = own.filter(({ name }) => name.startsWith('4 '));
  const most = (of: 'ms' | 'peakMb' | 'restMb'): number => Math.max(...largest.map((row) => spread(row[of]).median));
  const left = most('restMb') - spread(builtin.restMb).median;
  return {
    title: 'Large documents',
    text: `From exec to the first 200 of a probe, asked for every millisecond, ${rounds} starts each; the most memory that was resident until then, and what is resident ${restMs / 1_000} s later, when V8 has given back what it keeps for a while, ${restRounds} starts each. The documents are written as generators write them, with hundreds to thousands of operations that are left alone, and two probes.`,
    tables: [
      {
        caption: 'Start with a document of one’s own',
        head: ['document', 'ms', 'peak, MB', 'at rest, MB'],
        rows: rows.map((row) => [
          row.name,
          withSpread(spread(row.ms), 0),
          withSpread(spread(row.peakMb), 0),
          withSpread(spread(row.restMb), 0),
        ]),
      },
    ],
    targets: [
      {
        what: 'from exec to 200 with 4 MB',
        goal: '≤ 3,000 ms',
        found: `${most('ms').toFixed(0)} ms`,
        isMet: most('ms') <= 3_000,
      },
      {
        what: 'peak of memory with 4 MB',
        goal: '≤ 300 MB',
        found: `${most('peakMb').toFixed(0)} MB`,
        isMet: most('peakMb') <= 300,
      },
      {
        what: 'what 4 MB leave in memory',
        goal: '≤ 20 MB',
        found: `${left.toFixed(0)} MB`,
        isMet: left <= 20,
      },
    ],
  };
}

const restMs = 20_000;

const rowOf = (name: string, file?: string): Row => ({
  name,
  ms: [],
  peakMb: [],
  restMb: [],
  ...(file === undefined ? {} : { file }),
});

function written(folder: string): Row[] {
  return sizes.flatMap((size) =>
    formats.map((format) => {
      const file = join(folder, `${size}.${format}`);
      writeFileSync(file, textOf(format, size * megabyte));
      return rowOf(`${size} MB of ${format.toUpperCase()}`, file);
    }),
  );
}

/** So many bytes of a format: YAML is longer than JSON. */
function textOf(format: (typeof formats)[number], bytes: number): string {
  const write = (ofJson: number): string => {
    const document = documentOf(ofJson);
    return format === 'json' ? JSON.stringify(document) : stringify(document, { aliasDuplicateObjects: false });
  };
  return write((bytes / write(bytes).length) * bytes);
}

async function measureStartOf({ file, ms, peakMb }: Row): Promise<void> {
  const from = performance.now();
  const { child, answeredAt } = await started(file);
  ms.push(answeredAt - from);
  peakMb.push(megabytesOf(child.pid, 'VmHWM'));
  await end(child);
}

/** All at once: what rests takes no time from anybody. */
async function measureRest(rows: readonly Row[]): Promise<void> {
  const children: ChildProcess[] = [];
  for (const { file } of rows) children.push((await started(file)).child);
  await pause(restMs);
  for (const [index, { restMb }] of rows.entries()) restMb.push(megabytesOf(children[index]?.pid, 'VmRSS'));
  for (const child of children) await end(child);
}

async function started(file: string | undefined): Promise<{ child: ChildProcess; answeredAt: number }> {
  const port = await freePort();
  const child = startProgram([built, 'serve', ...(file === undefined ? [] : ['--contract', file])], {
    PORT: String(port),
    HOST: '127.0.0.1',
    EXTERNAL_SERVICE_URL: 'http://127.0.0.1:1',
  });
  return { child, answeredAt: await until(200, port, file === undefined ? '/health' : '/livez') };
}

const megabytesOf = (pid: number | undefined, name: 'VmHWM' | 'VmRSS'): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1_024) / 1e6;
};
