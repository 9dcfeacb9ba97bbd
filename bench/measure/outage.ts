import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Server } from '../../test/servers/process.ts';
import { startRabbitmq } from '../../test/servers/rabbitmq.ts';
import { startDependencies } from '../dependencies.ts';
import type { Plan } from '../plan.ts';
import { until } from '../poll.ts';
import type { Section, Target } from '../report.ts';
import { startServer } from '../server.ts';
import { spread, withSpread } from '../statistics.ts';

/** After each return, so that a kill meets a check at rest. */
const pauseMs = 1_000;

/** What the median has to stay under, in milliseconds. */
const goalMs = 50;

interface Times {
  /** From the kill to the first 503. */
  readonly lost: number[];
  /** From the kill to the end of a bare connection, before which nobody can know of it. */
  readonly bare: number[];
  /** From the moment that the dependency is ready to the first 200. */
  readonly back: number[];
}

/** How soon readiness says that a dependency is gone, and that it is back. */
export async function measureOutage({ outage: { rounds } }: Plan): Promise<Section> {
  const [dependencies, rabbitmq] = await Promise.all([startDependencies(), startRabbitmq()]);
  const server = await startServer('probity', { ...dependencies.env, AMQP_URL: rabbitmq.url });
  const measured: [string, Times][] = [];
  await until(200, server.port, '/ready');
  for (const [name, dependency] of [
    ['Redis', dependencies.redis],
    ['PostgreSQL', dependencies.postgres],
    ['RabbitMQ', rabbitmq],
  ] as const) {
    const times: Times = { lost: [], bare: [], back: [] };
    for (let round = 0; round < rounds; round += 1) {
      // Beyond the last notice of the way back, which keeps the next one at a distance.
      await setTimeout(pauseMs);
      const { lost, bare, back } = await killOnce(dependency, server.port);
      times.lost.push(lost);
      times.bare.push(bare);
      times.back.push(back);
    }
    measured.push([name, times]);
  }
  await server.stop();
  await Promise.all([dependencies.dispose(), rabbitmq.dispose()]);
  return {
    title: 'From the kill of a dependency to 503, and back to 200',
    text: `SIGKILL to all processes of a dependency, ${rounds} rounds each with a second of rest between, checks in their default configuration; \`/ready\` is asked every millisecond on one connection. A bare connection beside shows when the kernel lets others know: it takes the memory of a process back before its sockets, so a large one, such as RabbitMQ, is seen to die later. The way back is counted from when the dependency says that it is ready; 0 where the 200 came before. Median, lowest and highest, in milliseconds.`,
    tables: [
      {
        caption: 'Milliseconds',
        head: ['dependency', 'kill → end of a bare connection', 'kill → 503', 'return → 200'],
        rows: measured.map(([name, { lost, bare, back }]) => [
          name,
          withSpread(spread(bare), 1),
          withSpread(spread(lost), 1),
          withSpread(spread(back), 0),
        ]),
      },
    ],
    targets: measured.map(([name, { lost }]): Target => {
      return {
        what: `from the kill of ${name} to 503, median`,
        goal: `< ${goalMs} ms`,
        found: `${withSpread(spread(lost), 1)} ms`,
        isMet: spread(lost).median < goalMs,
      };
    }),
  };
}

async function killOnce(dependency: Server, port: number): Promise<Record<keyof Times, number>> {
  const bare = connect(dependency.port, '127.0.0.1').resume();
  await once(bare, 'connect');
  // A reset is an end as well.
  const bareEnded = new Promise<number>((resolve) => {
    bare.on('error', () => {}).on('close', () => resolve(performance.now()));
  });
  const ended = dependency.kill();
  // The signals are sent by now; looking for all the processes took a while.
  const killedAt = performance.now();
  const [lostAt, bareAt] = await Promise.all([until(503, port, '/ready'), bareEnded]);
  await ended;
  const [readyAt, backAt] = await Promise.all([
    dependency.start().then(() => performance.now()),
    until(200, port, '/ready'),
  ]);
  return { lost: lostAt - killedAt, bare: Math.max(0, bareAt - killedAt), back: Math.max(0, backAt - readyAt) };
}
