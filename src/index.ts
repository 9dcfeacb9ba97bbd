/** The library's face. It loads no driver: each is loaded by the first run of a check that needs it. */
export type { BorrowedOptions } from './checks/borrowed.ts';
export { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from './checks/checker.ts';
export type { CheckFunction } from './checks/custom.ts';
export { custom } from './checks/custom.ts';
export { type HttpOptions, http } from './checks/http.ts';
export { type PostgresOptions, postgres } from './checks/postgres.ts';
export type { PostgresPool, PostgresPoolClient } from './checks/postgres-loan.ts';
export { type BorrowedRabbitmqOptions, type RabbitmqOptions, rabbitmq } from './checks/rabbitmq.ts';
export type { RabbitmqChannel, RabbitmqConnection, RabbitmqSource } from './checks/rabbitmq-connection.ts';
export { type RedisOptions, redis } from './checks/redis.ts';
export type { RedisClient } from './checks/redis-client.ts';
export type { Duration } from './duration.ts';
export type { CheckEvent, FaultEvent, ProbityEvents, TransitionEvent } from './events/events.ts';
export type { ShutdownOptions } from './lifecycle/shutdown.ts';
export type { Log } from './log.ts';
export type { ProbityOptions } from './options.ts';
export { createProbity, type ListenOptions, type Probity } from './probity.ts';
export type { Handler } from './server/embedded.ts';
