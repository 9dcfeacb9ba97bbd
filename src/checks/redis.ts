import type { Socket } from 'node:net';
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { BorrowedOptions } from './borrowed.ts';
import type { CheckDefinition, Checker, CheckOptions } from './checker.ts';
import { type Connection, type Events, overOneConnection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { explainer, type Symptom } from './reason.ts';
import { clientChecker, type RedisClient } from './redis-client.ts';
import { connectsOnce, overClient } from './redis-connection.ts';
import { openSocket } from './socket.ts';
import { refuseTls, seenCertificates, type TlsMaterial, type TlsOptions, tlsWith, type WithTls } from './tls.ts';
import { dependencyUrl, hostOf } from './url.ts';

export interface RedisOptions {
  /** Fail when writes are refused: on a replica (`read_only`), out of memory (`overloaded`)… PING passes there. */
  writable?: boolean | undefined;
}

type Driver = Pick<typeof import('ioredis'), 'Redis' | 'AbstractConnector'>;

/**
 * Checks Redis with PING, on one connection of its own or on the application's client.
 *
 * @param url `redis://user:password@host:port/database`, or `rediss:` for TLS.
 */
export function redis(client: RedisClient, options?: RedisOptions & BorrowedOptions & CheckOptions): CheckDefinition;
export function redis(url: string, options?: RedisOptions & WithTls & CheckOptions): CheckDefinition;
export function redis(
  dependency: string | RedisClient,
  options: RedisOptions & BorrowedOptions & WithTls & CheckOptions = {},
): CheckDefinition {
  const { writable = false, escalateAfter, tls, ...run } = options;
  const explain = explainer(redisRule);
  const isClient = typeof dependency === 'object' && dependency !== null;
  if (isClient) refuseTls(tls);
  const checker = isClient
    ? clientChecker(dependency, writable, explain, escalateAfter)
    : { ...urlChecker(dependency, writable, tls), explain };
  return { ...run, checker };
}

function urlChecker(url: string, writable: boolean, tls: TlsOptions | undefined): Omit<Checker, 'explain'> {
  const target = dependencyUrl(url, ['redis', 'rediss']);
  const material = tlsWith(tls, target, 'rediss');
  const certificates = seenCertificates();
  const load = (): Promise<Driver> => loadDriver('ioredis', () => import('ioredis'));
  const connect = (driver: Driver, events: Events): Connection =>
    overClient(newClient(driver, target, material), writable, certificates, events);
  return { ...overOneConnection(load, connect), certificateExpiry: certificates.expiry };
}

/** A client that connects once, waits for nothing and retries nothing. */
function newClient(
  { Redis, AbstractConnector }: Driver,
  target: URL,
  material: () => TlsMaterial,
): InstanceType<Driver['Redis']> {
  const secure = target.protocol === 'rediss:';

  // ioredis' own connector says goodbye, and destroys the socket two seconds later.
  class Connector extends AbstractConnector {
    #socket: Socket | undefined;

    override async connect(): Promise<Socket> {
      const tls = secure ? material() : undefined;
      this.#socket = openSocket(hostOf(target) || 'localhost', Number(target.port || 6379), tls);
      return this.#socket;
    }

    override disconnect(): void {
      this.#socket?.destroy();
    }
  }

  return new Redis({
    Connector: Connector as never,
    ...(secure ? { tls: {} } : {}),
    username: decodeURIComponent(target.username),
    password: decodeURIComponent(target.password),
    db: Number(target.pathname.slice(1)) || 0,
    ...connectsOnce,
  });
}

/** By the first word of an error reply. */
const replies: Readonly<Record<string, Reason>> = {
  NOAUTH: 'auth',
  WRONGPASS: 'auth',
  NOPERM: 'auth',
  DENIED: 'auth', // Protected mode: no password is set, and only loopback is let in.
  LOADING: 'loading',
  MASTERDOWN: 'master_down',
  READONLY: 'read_only',
  MISCONF: 'read_only', // The last snapshot failed: no writes until one succeeds.
  NOREPLICAS: 'read_only', // Fewer replicas than min-replicas-to-write.
  OOM: 'overloaded',
  BUSY: 'overloaded', // A script runs and runs.
  CLUSTERDOWN: 'unavailable',
};

function redisRule({ name, message }: Symptom): Reason | undefined {
  if (/max number of clients/.test(message)) return 'too_many_connections';
  if (/^(ERR invalid password|ERR AUTH)/.test(message)) return 'auth'; // Redis 5 and before.
  const [word = ''] = message.split(' ', 1);
  if (Object.hasOwn(replies, word)) return replies[word];
  if (/^(Unknown RESP type|Protocol error|Command queue state error)/.test(message)) return 'protocol';
  return name === 'ReplyError' ? 'unexpected_response' : undefined;
}
