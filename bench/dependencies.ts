import { type PostgresServer, startPostgres } from '../test/servers/postgres.ts';
import { type RedisServer, startRedis } from '../test/servers/redis.ts';

/** A PostgreSQL and a Redis of our own. */
export interface Dependencies {
  readonly postgres: PostgresServer;
  readonly redis: RedisServer;
  /** Where a server under measurement finds them. */
  readonly env: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}

export async function startDependencies(): Promise<Dependencies> {
  const [postgres, redis] = await Promise.all([startPostgres({ settings: { autovacuum: 'off' } }), startRedis()]);
  // A database that nobody else uses: what is counted there was caused by what is measured.
  await postgres.sql('CREATE DATABASE watched');
  return {
    postgres,
    redis,
    env: { DATABASE_URL: postgres.url.replace(/\/[^/]*$/, '/watched'), REDIS_URL: redis.url },
    dispose: async () => void (await Promise.all([postgres.dispose(), redis.dispose()])),
  };
}
