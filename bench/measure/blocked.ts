import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { startDependencies } from '../dependencies.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section } from '../report.ts';
import { startServer } from '../server.ts';
import { spread, withSpread } from '../statistics.ts';

const servers: readonly [string, string][] = [
  ['probity, isolated', 'probity-isolated'],
  ['@godaddy/terminus', 'godaddy-terminus'],
  ['lightship', 'lightship'],
  ['fastify + under-pressure', 'under-pressure'],
];

/** 20 Hz. */
const everyMs = 50;
/** The kubelet's default. */
const timeoutMs = 1_000;

interface Probes {
  readonly ms: number[];
  failed: number;
}

/** How probes fare while the main thread computes, and how soon one that is stuck for ever is told. */
export async function measureBlocked({ blocked: { probes, limit, rounds } }: Plan): Promise<Section> {
  const dependencies = await startDependencies();
  const found: [string, Probes][] = [];
  for (const [name, file] of servers) {
    const server = await startServer(file, { ...dependencies.env, BUSY: '1' });
    await until(200, server.port, '/health');
    found.push([name, await probe(server.port, probes)]);
    await server.stop();
  }
  await dependencies.dispose();
  const stuckMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) stuckMs.push(await stuck(limit));
  const [, own] = found[0] as [string, Probes];
  const limitMs = Number.parseFloat(limit) * 1_000;
  return {
    title: 'A main thread that computes',
    text: `The main thread is blocked for 300 ms out of every 400 ms; \`/health\` is asked 20 times a second, ${probes} times, each on a connection of its own; what takes longer than ${timeoutMs} ms has failed. Then a main thread is stuck for ever, ${rounds} times, with \`maxEventLoopDelay: ${limit}\`.`,
    tables: [
      {
        caption: 'Probes while the main thread is blocked, milliseconds',
        head: ['server', 'median', 'p99', 'longest', 'failed'],
        rows: found.map(([name, { ms, failed }]) => [
          name,
          spread(ms).median.toFixed(1),
          p99(ms).toFixed(1),
          spread(ms).max.toFixed(1),
          String(failed),
        ]),
      },
      {
        caption: 'From the last turn of the loop to 503',
        head: ['limit', 'ms'],
        rows: [[limit, withSpread(spread(stuckMs), 0)]],
      },
    ],
    targets: [
      {
        what: 'p99 of isolated probes while the main thread is blocked',
        goal: '< 20 ms, none failed',
        found: `${p99(own.ms).toFixed(1)} ms, ${own.failed} failed`,
        isMet: p99(own.ms) < 20 && own.failed === 0,
      },
      {
        what: 'a main thread stuck for ever → liveness 503',
        goal: '≤ limit + 1 s',
        found: `limit + ${(spread(stuckMs).max - limitMs).toFixed(0)} ms at most`,
        isMet: spread(stuckMs).max <= limitMs + 1_000 && spread(stuckMs).min >= limitMs,
      },
    ],
  };
}

const p99 = (ms: readonly number[]): number => ms.toSorted((a, b) => a - b)[Math.ceil(ms.length * 0.99) - 1] as number;

async function probe(port: number, count: number): Promise<Probes> {
  const result: Probes = { ms: [], failed: 0 };
  const underWay: Promise<void>[] = [];
  const began = performance.now();
  for (let sent = 0; sent < count; sent += 1) {
    underWay.push(ask(port, result));
    await pause(Math.max(0, began + (sent + 1) * everyMs - performance.now()));
  }
  await Promise.all(underWay);
  return result;
}

function ask(port: number, result: Probes): Promise<void> {
  const from = performance.now();
  return new Promise((resolve) => {
    const end = (ok: boolean): void => {
      result.ms.push(performance.now() - from);
      if (!ok) result.failed += 1;
      resolve();
    };
    const signal = AbortSignal.timeout(timeoutMs);
    get({ port, path: '/health', host: '127.0.0.1', agent: false, signal }, (response) => {
      response.resume().on('end', () => end(response.statusCode === 200));
    }).on('error', () => end(false));
  });
}

async function stuck(limit: string): Promise<number> {
  const server = await startServer('probity-isolated', { LIMIT: limit });
  await until(200, server.port, '/health');
  await server.figures();
  const from = performance.now();
  const at = await until(503, server.port, '/health');
  await server.stop();
  return at - from;
}
