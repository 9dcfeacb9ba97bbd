import type { CheckConfig } from '../../generated/config/types.gen.ts';
import type { CheckDefinition } from '../health/checker.ts';
import { httpUrl } from './http/url.ts';
import { proveUrl as postgresUrl } from './postgres/url.ts';
import { rabbitmqUrl } from './rabbitmq/url.ts';
import { redisTarget } from './redis/url.ts';

/** A kind of dependency, as the configuration's schema names it. */
export type Kind = CheckConfig['kind'];

/** A check of a kind, as it is configured. */
export type ConfigOf<Name extends Kind> = { [Each in Name]: Extract<CheckConfig, { kind: Each }> }[Name];

/** What is known of a kind without loading it. */
export interface KindRow<Options> {
  /** What its URLs begin with, the usual one first. */
  readonly schemes: readonly [string, ...string[]];
  /** The driver that has to be installed; absent where none is needed. */
  readonly package?: string;
  /** The environment variable that makes a check of it where there is no file, and the name of that check. */
  readonly variable: string;
  readonly usualName: string;
  /** @throws UrlError for a URL that cannot be watched */
  proveUrl(url: string): unknown;
  /** What makes its checks. The driver is loaded by the first run. */
  load(): Promise<(url: string, options: Options) => CheckDefinition>;
}

type Table = { readonly [Name in Kind]: KindRow<Omit<ConfigOf<Name>, 'kind' | 'url'>> };

/**
 * The one table of kinds. The configuration, the environment, the drivers that have to be installed and the advice on
 * manifests read it; test/checks/kinds.test.ts holds to it what cannot. The order is that of every list of kinds.
 */
export const kinds: Table = {
  postgres: {
    schemes: ['postgres', 'postgresql'],
    package: 'pg',
    variable: 'DATABASE_URL',
    usualName: 'database',
    proveUrl: postgresUrl,
    load: async () => (await import('./postgres/postgres.ts')).postgres,
  },
  redis: {
    schemes: ['redis', 'rediss', 'redis+sentinel', 'rediss+sentinel', 'redis+cluster', 'rediss+cluster'],
    package: 'ioredis',
    variable: 'REDIS_URL',
    usualName: 'cache',
    proveUrl: redisTarget,
    load: async () => (await import('./redis/redis.ts')).redis,
  },
  rabbitmq: {
    schemes: ['amqp', 'amqps'],
    package: 'amqplib',
    variable: 'AMQP_URL',
    usualName: 'queue',
    proveUrl: rabbitmqUrl,
    load: async () => (await import('./rabbitmq/rabbitmq.ts')).rabbitmq,
  },
  http: {
    schemes: ['http', 'https'],
    variable: 'EXTERNAL_SERVICE_URL',
    usualName: 'external_service',
    proveUrl: httpUrl,
    load: async () => (await import('./http/http.ts')).http,
  },
};

export const kindNames: readonly Kind[] = Object.keys(kinds) as Kind[];
