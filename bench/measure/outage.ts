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
    const times: Times = { lost: [], back: [] };
    for (let round = 0; round < rounds; round += 1) {
      // Beyond the last notice of the way back, which keeps the next one at a distance.
      await setTimeout(pauseMs);
      const { lost, back } = await killOnce(dependency, server.port);
      times.lost.push(lost);
      times.back.push(back);
    }
    measured.push([name, times]);
  }
  await server.stop();
  await Promise.all([dependencies.dispose(), rabbitmq.dispose()]);
  return {
    title: 'From the kill of a dependency to 503, and back to 200',
    text: `SIGKILL to all processes of a dependency, ${rounds} rounds each with a second of rest between, checks in their default configuration; \`/ready\` is asked every millisecond on one connection. The way back is counted from when the dependency says that it is ready; 0 where the 200 came before. Median, lowest and highest, in milliseconds.`,
    tables: [
      {
        caption: 'Milliseconds',
        head: ['dependency', 'kill → 503', 'return → 200'],
        rows: measured.map(([name, { lost, back }]) => [
          name,
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

async function killOnce(dependency: Server, port: number): Promise<{ lost: number; back: number }> {
  const ended = dependency.kill();
  // The signals are sent by now; looking for all the processes took a while.
  const killedAt = performance.now();
  const lostAt = await until(503, port, '/ready');
  await ended;
  const [readyAt, backAt] = await Promise.all([
    dependency.start().then(() => performance.now()),
    until(200, port, '/ready'),
  ]);
  return { lost: lostAt - killedAt, back: Math.max(0, backAt - readyAt) };
}
