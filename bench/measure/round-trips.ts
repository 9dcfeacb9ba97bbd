import { join } from 'node:path';
import { type Dependencies, startDependencies } from '../dependencies.ts';
import { load } from '../load.ts';
import { bare, type Peer, peers, probity, startPeer } from '../peers.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section } from '../report.ts';

interface RoundTrips {
  readonly postgres: number;
  readonly redis: number;
}

const seldom = join(import.meta.dirname, '../servers/seldom.yaml');

/** How often the dependencies are asked because somebody asks for readiness. */
export async function measureRoundTrips({ roundTrips: { requests } }: Plan): Promise<Section> {
  const dependencies = await startDependencies();
  const rows: { name: string; trips: RoundTrips }[] = [];
  for (const peer of peers.filter(({ name }) => !name.startsWith(bare))) {
    const none = await roundTripsOf(peer, dependencies, 0);
    const all = await roundTripsOf(peer, dependencies, requests);
    rows.push({
      name: peer.name,
      trips: { postgres: all.postgres - none.postgres, redis: all.redis - none.redis },
    });
  }
  await dependencies.dispose();
  const [own] = rows.flatMap(({ name, trips }) => (name === probity ? [trips.postgres + trips.redis] : []));
  const count = requests.toLocaleString('en');
  return {
    title: 'Round trips to dependencies',
    text: `Statements that PostgreSQL counts (\`pg_stat_database\`, the opening of connections left out) and commands that Redis counts (\`INFO commandstats\`) over the life of a server that gets ${count} readiness requests on 50 connections, less those of one that gets none.`,
    tables: [
      {
        caption: `Per ${count} readiness requests`,
        head: ['server', 'PostgreSQL', 'Redis'],
        rows: rows.map(({ name, trips }) => [name, String(trips.postgres), String(trips.redis)]),
      },
    ],
    targets: [
      {
        what: `round trips to dependencies per ${count} readiness requests`,
        goal: '0',
        found: String(own),
        isMet: own === 0,
      },
    ],
  };
}

/** What the dependencies count over the life of a server. */
async function roundTripsOf(peer: Peer, dependencies: Dependencies, requests: number): Promise<RoundTrips> {
  const before = await countsOf(dependencies);
  const { server } = await startPeer(peer, { ...dependencies.env, CONFIG: seldom });
  await until(200, server.port, peer.name === probity ? '/ready' : '/health');
  if (requests > 0) await load({ port: server.port, path: '/ready', connections: 50, ms: 60_000, requests });
  await server.stop();
  const after = await countsOf(dependencies);
  return { postgres: after.postgres - before.postgres, redis: after.redis - before.redis };
}

async function countsOf({ postgres, redis }: Dependencies): Promise<RoundTrips> {
  // PostgreSQL adds up what a connection did when the connection ends.
  while ((await postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'watched'")) !== '0');
  const statements = await postgres.sql(
    "SELECT xact_commit + xact_rollback - sessions FROM pg_stat_database WHERE datname = 'watched'",
  );
  const [, pings = '0'] = /cmdstat_ping:calls=(\d+)/.exec(await redis.command('INFO', 'commandstats')) ?? [];
  return { postgres: Number(statements), redis: Number(pings) };
}
