// Compiled, never run: see binding.ts. What those who embed Probity are kept from.
import type { ChannelModel } from 'amqplib';
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import { createProbity, duration, http, postgres, rabbitmq, redis } from '../../src/index.ts';

declare const pool: Pool;
declare const client: Redis;
declare const connection: ChannelModel;

const checks = {
  database: postgres(pool, { escalateAfter: '10m' }),
  cache: redis(client, { requiredFor: 'nothing' }),
  queue: rabbitmq(connection),
  later: rabbitmq(() => connection, { escalateAfter: '10m', url: 'amqp://localhost' }),
  api: http('https://api.example'),
  url: postgres('postgres://localhost', { writable: true }),
  own: async (signal: AbortSignal) => signal.aborted,
};

createProbity();
createProbity({ checks, probes: { readiness: ['database', 'own'], startup: ['cache'] } });

// What may be left out may be undefined, and a check that is there only sometimes is one all the same.
declare const sometimes: string | undefined;
createProbity({
  checks: { ...(sometimes ? { api: http(sometimes) } : {}), own: checks.own, none: undefined },
  probes: { readiness: ['api', 'own'], startup: undefined },
  simulation: undefined,
  access: { tokens: undefined, protect: undefined },
  management: undefined,
  fleet: undefined,
  contract: undefined,
  atRoot: undefined,
  maxEventLoopDelay: undefined,
  heartbeats: undefined,
  explicitStart: undefined,
  shutdown: { drainDelay: duration(sometimes, 'DRAIN_DELAY'), deadline: undefined, signals: undefined },
  log: undefined,
});
createProbity({ checks: undefined, probes: undefined, shutdown: undefined });
createProbity().listen(0, { host: undefined, isolate: undefined });
http('https://api.example', { interval: undefined, timeout: 1_500, schema: undefined });

// @ts-expect-error: there is no such option.
createProbity({ checks, colour: 'red' });

// @ts-expect-error: there is no such check.
createProbity({ checks, probes: { readiness: ['databse'] } });

// @ts-expect-error: there is no check at all.
createProbity({ probes: { readiness: ['database'] } });

// @ts-expect-error: liveness never looks at a dependency.
createProbity({ checks, probes: { liveness: ['database'] } });

// @ts-expect-error: a check is not required for liveness either.
postgres(pool, { requiredFor: 'liveness' });

// @ts-expect-error: a client of Probity's own is never wedged.
postgres('postgres://localhost', { escalateAfter: '10m' });

// @ts-expect-error: a connection of amqplib does not tell how it was made.
rabbitmq(connection, { escalateAfter: '10m' });

// @ts-expect-error: a duration has a unit.
createProbity({ maxEventLoopDelay: '10' });

// @ts-expect-error: a check is an async function.
createProbity({ checks: { own: () => true } });

// @ts-expect-error: this is no pool.
postgres(client);
