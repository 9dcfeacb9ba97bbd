import type { Path, Source } from './source.ts';

const variables: Readonly<Record<string, string>> = {
  host: 'HOST',
  port: 'PORT',
  simulation: 'SIMULATION',
  'log.level': 'LOG_LEVEL',
  'shutdown.drainDelay': 'DRAIN_DELAY',
  'checks.database.url': 'DATABASE_URL',
  'checks.cache.url': 'REDIS_URL',
  'checks.queue.url': 'AMQP_URL',
  'checks.external_service.url': 'EXTERNAL_SERVICE_URL',
};

/** The configuration that stands in the environment, with the checks or without. An empty variable is an unset one. */
export function environmentSource(env: NodeJS.ProcessEnv, withChecks: boolean): Source {
  const content = {
    ...(env.HOST && { host: env.HOST }),
    ...(env.PORT && { port: env.PORT }),
    ...(env.SIMULATION && { simulation: env.SIMULATION }),
    ...(env.LOG_LEVEL && { log: { level: env.LOG_LEVEL } }),
    ...(env.DRAIN_DELAY && { shutdown: { drainDelay: env.DRAIN_DELAY } }),
    ...(withChecks && { checks: checksOf(env) }),
  };
  const variableAt = (path: Path): string => variables[path.join('.')] ?? '';
  return {
    content,
    place: (path) => `environment variable ${variableAt(path)}`,
    variables: (path) => [variableAt(path)],
  };
}

function checksOf(env: NodeJS.ProcessEnv): Record<string, unknown> {
  return {
    ...(env.DATABASE_URL && { database: { kind: 'postgres', url: env.DATABASE_URL } }),
    ...(env.REDIS_URL && { cache: { kind: 'redis', url: env.REDIS_URL } }),
    ...(env.AMQP_URL && { queue: { kind: 'rabbitmq', url: env.AMQP_URL } }),
    ...(env.EXTERNAL_SERVICE_URL && { external_service: { kind: 'http', url: env.EXTERNAL_SERVICE_URL } }),
  };
}
