import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../test/servers/free-port.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section } from '../report.ts';
import { end, startProgram } from '../server.ts';
import { ratios, spread, withSpread } from '../statistics.ts';

const built = join(import.meta.dirname, '../../dist/cli/main.js');

const probity = 'probity serve';
const bare = 'node:http, ES module';
const express = 'express 5';

const programs: readonly [string, readonly string[]][] = [
  [probity, [built, 'serve']],
  [bare, ['start/node-http.mjs']],
  ['node:http, CommonJS', ['start/node-http.cjs']],
  [express, ['start/express.mjs']],
  ['@nestjs/terminus', ['start/nestjs-terminus.mjs']],
];

/** How soon a service answers, and what it weighs. */
export async function measureStart({ start: { rounds, restRounds } }: Plan): Promise<Section> {
  if (!existsSync(built)) throw new Error('The package is not built: run "make build"');
  const ms = perProgram();
  const restMb = perProgram();
  // The first round fills the caches of the file system.
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, args] of programs) {
      const took = await timeToAnswer(args);
      if (round >= 0) listOf(ms, name).push(took);
    }
  }
  for (let round = 0; round < restRounds; round += 1) {
    for (const [name, args] of programs) listOf(restMb, name).push(await atRest(args));
  }
  const bareMs = ratios(listOf(ms, probity), listOf(ms, bare));
  const toExpress = ratios(listOf(restMb, probity), listOf(restMb, express));
  return {
    title: 'Start and memory',
    text: `From exec to the first 200 on \`/health\`, asked for every millisecond, ${rounds} starts each, and the memory that is resident after ${restMs / 1_000} s without a request but that one, ${restRounds} starts each. Probity is the built package, and watches an HTTP service that refuses connections.`,
    tables: [
      {
        caption: 'Exec to 200, and memory at rest',
        head: ['program', 'ms', `ratio to ${bare}`, 'resident, MB', `ratio to ${express}`],
        rows: programs.map(([name]) => [
          name,
          withSpread(spread(listOf(ms, name)), 0),
          withSpread(ratios(listOf(ms, name), listOf(ms, bare))),
          withSpread(spread(listOf(restMb, name)), 0),
          withSpread(ratios(listOf(restMb, name), listOf(restMb, express))),
        ]),
      },
    ],
    targets: [
      {
        what: `from exec to 200, of ${bare}`,
        goal: '≤ 1.5 ×',
        found: `${withSpread(bareMs)} ×`,
        isMet: bareMs.median <= 1.5,
      },
      {
        what: `memory at rest, of ${express}`,
        goal: '< 1.5 ×',
        found: `${withSpread(toExpress)} ×`,
        isMet: toExpress.median < 1.5,
      },
    ],
  };
}

const restMs = 2_000;

const perProgram = (): Map<string, number[]> => new Map(programs.map(([name]) => [name, []]));

const listOf = (lists: Map<string, number[]>, name: string): number[] => lists.get(name) as number[];

async function timeToAnswer(args: readonly string[]): Promise<number> {
  const port = await freePort();
  const from = performance.now();
  const child = startProgram(args, environment(port));
  const answeredAt = await until(200, port, '/health');
  await end(child);
  return answeredAt - from;
}

/** Megabytes. */
async function atRest(args: readonly string[]): Promise<number> {
  const port = await freePort();
  const child = startProgram(args, environment(port));
  await until(200, port, '/health');
  await pause(restMs);
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  await end(child);
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024) / 1e6;
}

/** The URL is for Probity, which does not start with nothing to watch. */
const environment = (port: number): Record<string, string> => ({
  PORT: String(port),
  HOST: '127.0.0.1',
  EXTERNAL_SERVICE_URL: 'http://127.0.0.1:1',
});
