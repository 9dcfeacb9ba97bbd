import type { CheckDefinition, Checker, CheckOptions } from '../../health/checker.ts';
import type { BorrowedOptions } from '../kit/borrowed.ts';
import { type Connection, type Events, overOneConnection } from '../kit/connection.ts';
import { proveOptions } from '../kit/options.ts';
import { explainer } from '../kit/reason.ts';
import { seenCertificates, type TlsMaterial, type TlsOptions, tlsWith, type WithTls } from '../kit/tls.ts';
import { isLine, isText } from './answers.ts';
import { clientChecker, type RedisClient } from './borrowed-client.ts';
import { connectsOnce, overClient } from './connection.ts';
import { loadIoredis } from './driver.ts';
import { redisRule } from './reasons.ts';
import { type Contained, type TopologyDriver, topologyClient } from './topology.ts';
import { type RedisTarget, redisTarget } from './url.ts';

export interface RedisOptions {
  /** Fail when writes are refused: on a replica (`read_only`), out of memory (`overloaded`)… PING passes there. */
  writable?: boolean | undefined;
}

/**
 * Checks Redis with PING, on one connection of its own or on the application's client.
 *
 * @param url `redis://user:password@host:port/database`, or `rediss:` for TLS; `redis+sentinel:` and `redis+cluster:` as
 * docs/fleet.md writes them.
 */
export function redis(client: RedisClient, options?: RedisOptions & BorrowedOptions & CheckOptions): CheckDefinition;
export function redis(url: string, options?: RedisOptions & WithTls & CheckOptions): CheckDefinition;
export function redis(
  dependency: string | RedisClient,
  options: RedisOptions & BorrowedOptions & WithTls & CheckOptions = {},
): CheckDefinition {
  const isClient = typeof dependency === 'object' && dependency !== null;
  proveOptions(options, isClient ? { writable: true, escalateAfter: true } : { writable: true, tls: true });
  const { writable = false, escalateAfter, tls, ...run } = options;
  const explain = explainer(redisRule);
  const checker = isClient
    ? clientChecker(dependency, writable, explain, escalateAfter)
    : { ...urlChecker(dependency, writable, tls), explain };
  return { ...run, checker };
}

function urlChecker(url: string, writable: boolean, tls: TlsOptions | undefined): Omit<Checker, 'explain'> {
  const target = redisTarget(url);
  const material = tlsWith(tls, url, target.secure, 'rediss');
  const certificates = seenCertificates();
  const connect = (driver: TopologyDriver, events: Events): Connection =>
    overClient(newClient(driver, target, material()), writable, certificates, events);
  return { ...overOneConnection(loadIoredis, connect), certificateExpiry: certificates.expiry };
}

/** A client that connects once, waits for nothing and retries nothing. */
function newClient(driver: TopologyDriver, target: RedisTarget, tls: TlsMaterial): Contained {
  const connection = { ...connectsOnce, ...(target.kind === 'single' ? {} : bounded) };
  const listening = { isExpected: target.kind === 'cluster' ? isText : isLine };
  return topologyClient(driver, target, { connection, retry: () => null, tls, listening });
}

/** The run has its own deadline; after these milliseconds ioredis asks the next sentinel or node. */
const bounded = { connectTimeout: 5_000, sentinelCommandTimeout: 5_000 };
