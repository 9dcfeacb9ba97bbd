import type { Socket } from 'node:net';
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { BorrowedOptions } from './borrowed.ts';
import type { CheckDefinition, Checker, CheckOptions } from './checker.ts';
import { overOneConnection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { explainer, type Symptom } from './reason.ts';
import { clientChecker, type RedisClient } from './redis-client.ts';
import { connectsOnce, overClient } from './redis-connection.ts';
import { openSocket } from './socket.ts';
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
export function redis(url: string, options?: RedisOptions & CheckOptions): CheckDefinition;
export function redis(
  dependency: string | RedisClient,
  options: RedisOptions & BorrowedOptions & CheckOptions = {},
): CheckDefinition {
  const { writable = false, escalateAfter, ...run } = options;
  const explain = explainer(redisRule);
  const isClient = typeof dependency === 'object' && dependency !== null;
  const checker = isClient
    ? clientChecker(dependency, writable, explain, escalateAfter)
    : { ...urlChecker(dependency, writable), explain };
  return { ...run, checker };
}

function urlChecker(url: string, writable: boolean): Omit<Checker, 'explain'> {
  const target = dependencyUrl(url, ['redis', 'rediss']);
  const load = (): Promise<Driver> => loadDriver('ioredis', () => import('ioredis'));
  return overOneConnection(load, (driver, events) => overClient(newClient(driver, target), writable, events));
}

/** A client that connects once, waits for nothing and retries nothing. */
function newClient({ Redis, AbstractConnector }: Driver, target: URL): InstanceType<Driver['Redis']> {
  const secure = target.protocol === 'rediss:';

  // ioredis' own connector says goodbye, and destroys the socket two seconds later.
  class Connector extends AbstractConnector {
    #socket: Socket | undefined;

    override connect(): Promise<Socket> {
      this.#socket = openSocket(hostOf(target) || 'localhost', Number(target.port || 6379), secure ? {} : undefined);
      return Promise.resolve(this.#socket);
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
