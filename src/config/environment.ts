import type { Path, Source } from './source.ts';
import { tokensIn } from './tokens.ts';

/** Where each setting comes from, by its keys. */
const variables: Readonly<Record<string, string>> = {
  host: 'HOST',
  port: 'PORT',
  simulation: 'SIMULATION',
  'simulation.enabled': 'SIMULATION',
  'access.tokens': 'PROBITY_TOKENS',
  'access.tokensFile': 'PROBITY_TOKENS_FILE',
  'management.port': 'MANAGEMENT_PORT',
  'management.host': 'MANAGEMENT_HOST',
  'fleet.redis': 'FLEET_REDIS_URL',
  'fleet.name': 'FLEET_NAME',
  'log.level': 'LOG_LEVEL',
  'shutdown.drainDelay': 'DRAIN_DELAY',
  'checks.database.url': 'DATABASE_URL',
  'checks.cache.url': 'REDIS_URL',
  'checks.queue.url': 'AMQP_URL',
  'checks.external_service.url': 'EXTERNAL_SERVICE_URL',
  // A section that lacks something can only have come from these.
  management: 'MANAGEMENT_HOST',
  fleet: 'FLEET_NAME',
};

/** The variable that the value at `path` would come from. */
export const variableOf = (path: Path): string =>
  variables[path.join('.')] ?? (path[0] === 'access' ? 'PROBITY_TOKENS' : '');

/** What makes a check without a file. */
export const checkVariables: readonly string[] = Object.entries(variables).flatMap(([path, name]) =>
  path.startsWith('checks.') ? [name] : [],
);

/** The configuration that stands in the environment, with the checks or without. An empty variable is an unset one. */
export function environmentSource(env: NodeJS.ProcessEnv, withChecks: boolean): Source {
  const content = {
    ...(env.HOST && { host: env.HOST }),
    ...(env.PORT && { port: env.PORT }),
    ...(env.SIMULATION && { simulation: env.SIMULATION }),
    ...accessOf(env),
    ...managementOf(env),
    ...fleetOf(env),
    ...(env.LOG_LEVEL && { log: { level: env.LOG_LEVEL } }),
    ...(env.DRAIN_DELAY && { shutdown: { drainDelay: env.DRAIN_DELAY } }),
    ...(withChecks && { checks: checksOf(env) }),
  };
  return {
    content,
    place: (path) => `environment variable ${variableOf(path)}`,
    variables: (path) => [variableOf(path)],
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

function accessOf(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const { PROBITY_TOKENS: tokens, PROBITY_TOKENS_FILE: tokensFile } = env;
  if (!tokens && !tokensFile) return {};
  return { access: { ...(tokens && { tokens: tokensIn(tokens) }), ...(tokensFile && { tokensFile }) } };
}

function managementOf({ MANAGEMENT_PORT: port, MANAGEMENT_HOST: host }: NodeJS.ProcessEnv): Record<string, unknown> {
  return port || host ? { management: { ...(port && { port }), ...(host && { host }) } } : {};
}

function fleetOf({ FLEET_REDIS_URL: redis, FLEET_NAME: name }: NodeJS.ProcessEnv): Record<string, unknown> {
  return redis || name ? { fleet: { ...(redis && { redis }), ...(name && { name }) } } : {};
}
