import { startDependencies } from '../dependencies.ts';
import { type LoadOptions, load } from '../load.ts';
import { bare, peers, perRequest, probity, type StartedPeer, startPeer, validating } from '../peers.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section, Table, Target } from '../report.ts';
import { ratios, type Spread, spread, withSpread } from '../statistics.ts';

const probes = [
  { probe: 'liveness', path: '/health' },
  { probe: 'readiness', path: '/ready' },
];

const modes = [
  { mode: 'keep-alive, 10 connections', connections: 10, oneRequestEach: false },
  { mode: 'keep-alive, 100 connections', connections: 100, oneRequestEach: false },
  { mode: 'a connection per request, 10 at a time', connections: 10, oneRequestEach: true },
];

/** One figure per round. */
interface Figures {
  readonly perSecond: number[];
  readonly cpuMicroseconds: number[];
}

type Measured = ReadonlyMap<string, Figures>;

/** Requests per second, and CPU time per request. */
export async function measureRequests({ load: plan }: Plan): Promise<Section> {
  const dependencies = await startDependencies();
  const started = await Promise.all(peers.map((peer) => startPeer(peer, dependencies.env)));
  await Promise.all(started.map(({ server }) => until(200, server.port, '/ready')));
  const tables: Table[] = [];
  const targets: Target[] = [];
  for (const { probe, path } of probes) {
    for (const { mode, connections, oneRequestEach } of modes) {
      const bounds = { path, connections, oneRequestEach, ms: plan.ms, requests: 1_000_000 };
      const measured = await measureRounds(started, bounds, plan.rounds);
      tables.push(tableOf(`${probe}: ${mode}`, measured));
      if (!oneRequestEach) targets.push(...targetsOf(probe, `${probe}, ${mode}`, measured));
    }
  }
  await Promise.all(started.map(({ server }) => server.stop()));
  await dependencies.dispose();
  return { title: 'Requests per second, and CPU time per request', text, tables, targets };
}

const text = `CPU time is user and system time of the server's process. Probity, with its built-in contract, watches a PostgreSQL and a Redis in the background; the others check the same two for each readiness request, except \`node:http\`, which answers both paths with \`res.end(JSON.stringify(…))\` and stands twice to show what the measurement is worth, and lightship, which runs no checks.`;

async function measureRounds(
  started: readonly StartedPeer[],
  bounds: Omit<LoadOptions, 'port'>,
  rounds: number,
): Promise<Measured> {
  const measured = new Map(
    started.map(({ name }): [string, Figures] => [name, { perSecond: [], cpuMicroseconds: [] }]),
  );
  // The first round warms up.
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, server } of rotated(started, round + 1)) {
      const before = await server.cpu();
      const { requests, ms } = await load({ ...bounds, port: server.port });
      const cpu = (await server.cpu()) - before;
      if (round === -1) continue;
      const figures = figuresOf(measured, name);
      figures.perSecond.push((requests / ms) * 1_000);
      figures.cpuMicroseconds.push(cpu / requests);
    }
  }
  return measured;
}

/** Nobody is always first, or always after the same one's noise. */
const rotated = <Item>(items: readonly Item[], by: number): Item[] => [
  ...items.slice(by % items.length),
  ...items.slice(0, by % items.length),
];

const figuresOf = (measured: Measured, name: string): Figures => measured.get(name) as Figures;

function tableOf(caption: string, measured: Measured): Table {
  const baseline = figuresOf(measured, bare);
  return {
    caption,
    head: ['server', 'requests/s', `ratio to ${bare}`, 'CPU µs/request', `ratio to ${bare}`],
    rows: [...measured].map(([name, { perSecond, cpuMicroseconds }]) => [
      name,
      spread(perSecond).median.toFixed(0),
      withSpread(ratios(perSecond, baseline.perSecond)),
      spread(cpuMicroseconds).median.toFixed(1),
      withSpread(ratios(cpuMicroseconds, baseline.cpuMicroseconds)),
    ]),
  };
}

function targetsOf(probe: string, what: string, measured: Measured): Target[] {
  const ratio = (figure: keyof Figures, of: string, to: string): Spread =>
    ratios(figuresOf(measured, of)[figure], figuresOf(measured, to)[figure]);
  const toBare = ratio('cpuMicroseconds', probity, bare);
  const toValidating = ratio('cpuMicroseconds', validating, probity);
  const toPerRequest = ratio('perSecond', probity, perRequest);
  return [
    {
      what: `${what}: CPU time per request, of that of ${bare}`,
      goal: '≤ 1.0; aim 0.75, then 0.5',
      found: withSpread(toBare),
      isMet: toBare.median <= 1,
    },
    {
      what: `${what}: less CPU time per request than ${validating}`,
      goal: '≥ 4 ×',
      found: `${withSpread(toValidating, 1)} ×`,
      isMet: toValidating.median >= 4,
    },
    ...(probe === 'readiness'
      ? [
          {
            what: `${what}: requests per second, of those of ${perRequest} with checks per request`,
            goal: '≥ 20 ×',
            found: `${withSpread(toPerRequest, 1)} ×`,
            isMet: toPerRequest.median >= 20,
          },
        ]
      : []),
  ];
}
