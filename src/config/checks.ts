import type { CheckConfig } from '../../generated/config/types.gen.ts';
import type { CheckDefinition } from '../checks/checker.ts';
import { http } from '../checks/http.ts';
import { postgres } from '../checks/postgres.ts';
import { rabbitmq } from '../checks/rabbitmq.ts';
import { redis } from '../checks/redis.ts';

/** The checks that a configuration asks for. No driver is loaded before the first run. */
export function definitionsOf(checks: Readonly<Record<string, CheckConfig>>): Record<string, CheckDefinition> {
  return Object.fromEntries(Object.entries(checks).map(([name, config]) => [name, definitionOf(config)]));
}

function definitionOf(config: CheckConfig): CheckDefinition {
  switch (config.kind) {
    case 'postgres': {
      const { kind: _, url, ...options } = config;
      return postgres(url, options);
    }
    case 'redis': {
      const { kind: _, url, ...options } = config;
      return redis(url, options);
    }
    case 'rabbitmq': {
      const { kind: _, url, ...options } = config;
      return rabbitmq(url, options);
    }
    case 'http': {
      const { kind: _, url, ...options } = config;
      return http(url, options);
    }
  }
}
