import type { CheckConfig } from '../../generated/config/types.gen.ts';
import { UrlError } from '../base/url.ts';
import type { CheckDefinition } from '../health/checker.ts';
import { ConfigError } from './error.ts';
import { placeOf } from './validate.ts';

/** The checks that a configuration asks for. Only their kinds are loaded, and no driver before the first run. */
export async function definitionsOf(
  checks: Readonly<Record<string, CheckConfig>>,
): Promise<Record<string, CheckDefinition>> {
  const definitions = Object.entries(checks).map(async ([name, config]) => {
    try {
      return [name, await definitionOf(config)] as const;
    } catch (error) {
      // What stands in the settings is right by now, but for the files that a URL names.
      if (!(error instanceof UrlError)) throw error;
      throw new ConfigError(placeOf(name, config, 'url'), `expected ${error.expected}`);
    }
  });
  return Object.fromEntries(await Promise.all(definitions));
}

async function definitionOf(config: CheckConfig): Promise<CheckDefinition> {
  switch (config.kind) {
    case 'postgres': {
      const { kind: _, url, ...options } = config;
      const { postgres } = await import('../checks/postgres/postgres.ts');
      return postgres(url, options);
    }
    case 'redis': {
      const { kind: _, url, ...options } = config;
      const { redis } = await import('../checks/redis/redis.ts');
      return redis(url, options);
    }
    case 'rabbitmq': {
      const { kind: _, url, ...options } = config;
      const { rabbitmq } = await import('../checks/rabbitmq/rabbitmq.ts');
      return rabbitmq(url, options);
    }
    case 'http': {
      const { kind: _, url, ...options } = config;
      const { http } = await import('../checks/http/http.ts');
      return http(url, options);
    }
  }
}
