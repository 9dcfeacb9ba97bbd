/** The library's face. It loads no driver: each is loaded by the first run of a check that needs it. */

export { type Duration, duration } from './base/duration.ts';
export type { ErrorCode } from './base/errors.ts';
export type { Log } from './base/log.ts';
export type { CheckFunction } from './checks/custom.ts';
export { custom } from './checks/custom.ts';
export { type HttpOptions, http } from './checks/http/http.ts';
export type { BorrowedOptions } from './checks/kit/borrowed.ts';
export type { CheckResult } from './checks/kit/result.ts';
export type { TlsOptions } from './checks/kit/tls.ts';
export type { PostgresPool, PostgresPoolClient } from './checks/postgres/loan.ts';
export { type PostgresOptions, postgres } from './checks/postgres/postgres.ts';
export type { RabbitmqChannel, RabbitmqConnection, RabbitmqSource } from './checks/rabbitmq/borrowed-connection.ts';
export { type BorrowedRabbitmqOptions, type RabbitmqOptions, rabbitmq } from './checks/rabbitmq/rabbitmq.ts';
export type { RedisClient } from './checks/redis/borrowed-client.ts';
export { type RedisOptions, redis } from './checks/redis/redis.ts';
export type { CheckEvent, FaultEvent, ProbityEvents, TransitionEvent } from './events/events.ts';
export type { SimulationOptions } from './faults/options.ts';
export { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from './health/checker.ts';
export type { AccessOptions } from './server/access/options.ts';
export type { Handler } from './server/embedded.ts';
export type { ListenOptions } from './service/listening.ts';
export type { FleetOptions, ManagementOptions, ProbityOptions } from './service/options.ts';
export { createProbity, type Probity } from './service/probity.ts';
export type { ShutdownOptions } from './shutdown/shutdown.ts';
