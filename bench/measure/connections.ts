import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import type { Checker } from '../../src/health/checker.ts';
import { postgres, redis } from '../../src/index.ts';
import { createProbity } from '../../src/service/probity.ts';
import { type Dependencies, startDependencies } from '../dependencies.ts';
import type { Plan } from '../plan.ts';
import type { Section } from '../report.ts';
import { ratios, withSpread } from '../statistics.ts';

/** What a run on a client of the application's may cost, beside the bare question. */
const goal = 1.5;

const canaryEveryMs = 500;

/** What runs on borrowed clients cost, and what canaries open. */
export async function measureConnections({ connections: { rounds, runs, canaries } }: Plan): Promise<Section> {
  const dependencies = await startDependencies();
  const pool = new Pool({ connectionString: dependencies.env.DATABASE_URL as string, max: 2 });
  const client = new Redis(dependencies.env.REDIS_URL as string);
  const borrowed = {
    'pg, a pool': await beside(() => pool.query('SELECT 1'), postgres(pool).checker, rounds, runs),
    'ioredis, a client': await beside(() => client.ping(), redis(client).checker, rounds, runs),
  };
  const opened = await openedBy(dependencies, canaries);
  await pool.end();
  client.disconnect();
  await dependencies.dispose();
  return {
    title: 'Runs on borrowed clients, and canaries',
    text: `CPU of ${runs.toLocaleString('en')} runs, one after the other, × the same question asked of the same client without a check, ${rounds} rounds. The connections are those that the servers counted (\`pg_stat_database\`, \`INFO stats\`) while a service with checks by URL tried ${canaries} canaries, less those of one without any.`,
    tables: [
      {
        caption: 'CPU of a run, × the bare question',
        head: ['client', 'CPU'],
        rows: Object.entries(borrowed).map(([name, cpu]) => [name, withSpread(cpu)]),
      },
      {
        caption: `Connections for ${canaries} canaries`,
        head: ['server', 'connections'],
        rows: Object.entries(opened).map(([name, count]) => [name, String(count)]),
      },
    ],
    targets: [
      ...Object.entries(borrowed).map(([name, cpu]) => ({
        what: `CPU of a run on ${name}, × the bare question`,
        goal: `≤ ${goal}`,
        found: withSpread(cpu),
        isMet: cpu.median <= goal,
      })),
      ...Object.entries(opened).map(([name, count]) => ({
        what: `connections to ${name} for ${canaries} canaries`,
        goal: `${canaries} ± 1`,
        found: String(count),
        isMet: Math.abs(count - canaries) <= 1,
      })),
    ],
  };
}

async function beside(ask: () => Promise<unknown>, checker: Checker, rounds: number, runs: number) {
  const run = (): Promise<unknown> => checker.check(new AbortController().signal);
  const [bare, checked]: [number[], number[]] = [[], []];
  // The first round is for the compiler.
  for (let round = 0; round <= rounds; round += 1) {
    const [own, other] = [await cpuOf(ask, runs), await cpuOf(run, runs)];
    if (round === 0) continue;
    bare.push(own);
    checked.push(other);
  }
  await checker.close?.();
  return ratios(checked, bare);
}

async function cpuOf(work: () => Promise<unknown>, times: number): Promise<number> {
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** How many connections the servers count for so many canaries of each check. */
async function openedBy(dependencies: Dependencies, canaries: number): Promise<Readonly<Record<string, number>>> {
  const without = await countedDuring(dependencies, false, canaries);
  const all = await countedDuring(dependencies, { every: `${canaryEveryMs}ms` }, canaries);
  return { PostgreSQL: all.postgres - without.postgres, Redis: all.redis - without.redis };
}

/** Connections that the servers count over the life of a service. */
async function countedDuring(
  { postgres: server, redis: store, env }: Dependencies,
  canary: false | { every: `${number}ms` },
  canaries: number,
): Promise<{ postgres: number; redis: number }> {
  const counts = async () => ({
    postgres: Number(await server.sql("SELECT sessions FROM pg_stat_database WHERE datname = 'watched'")),
    redis: Number(/total_connections_received:(\d+)/.exec(await store.command('INFO', 'stats'))?.[1]),
  });
  const before = await counts();
  const checks = {
    database: { ...postgres(env.DATABASE_URL as string), interval: '60s', canary },
    cache: { ...redis(env.REDIS_URL as string), interval: '60s', canary },
  } as const;
  const probity = createProbity({ checks });
  probity.start();
  await pause((canaries + 0.5) * canaryEveryMs);
  await probity.stop();
  // PostgreSQL counts a session when its process has come so far.
  await pause(500);
  const after = await counts();
  return { postgres: after.postgres - before.postgres, redis: after.redis - before.redis };
}
