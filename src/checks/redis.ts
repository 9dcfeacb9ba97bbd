import type { Socket } from 'node:net';
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { BorrowedOptions } from './borrowed.ts';
import { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from './checker.ts';
import { type Connection, type Events, overOneConnection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { proveOptions } from './options.ts';
import { explainer, type Symptom } from './reason.ts';
import { clientChecker, type RedisClient } from './redis-client.ts';
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
  const isClient = typeof dependency === 'object' && dependency !== null;
  proveOptions(options, isClient ? { writable: true, escalateAfter: true } : { writable: true });
  const { writable = false, escalateAfter, ...run } = options;
  const explain = explainer(redisRule);
  const checker = isClient
    ? clientChecker(dependency, writable, explain, escalateAfter)
    : { ...urlChecker(dependency, writable), explain };
  return { ...run, checker };
}

function urlChecker(url: string, writable: boolean): Omit<Checker, 'explain'> {
  const target = dependencyUrl(url, ['redis', 'rediss']);
  const load = (): Promise<Driver> => loadDriver('ioredis', () => import('ioredis'));
  return overOneConnection(load, (driver, events) => connect(driver, target, writable, events));
}

/**
 * A write that writes nothing: an empty SETRANGE changes neither a missing key nor an existing one, yet Redis lets it
 * pass only where it would let a real write pass. So it meets READONLY, OOM, MISCONF and NOREPLICAS, which PING and INFO
 * don't, and leaves no key, no entry in the log of writes and no traffic to replicas.
 */
const emptyWrite = ['probity:writable', 0, ''] as const;

function connect(driver: Driver, target: URL, writable: boolean, events: Events): Connection {
  const client = newClient(driver, target);
  // ioredis says why only here: what it rejects with is mostly "Connection is closed."
  let failure: unknown;
  client.on('error', (error) => {
    failure ??= error;
    client.disconnect();
  });
  client.on('close', events.lost);
  const open = client.connect();
  return {
    async roundTrip() {
      try {
        await open;
        const answer = await (writable ? client.setrange(...emptyWrite) : client.ping());
        if (!writable && answer !== 'PONG')
          throw new CheckFailure('unexpected_response', 'PING was not answered by PONG');
      } catch (error) {
        throw failure ?? error;
      }
    },
    destroy: () => client.disconnect(),
  };
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
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false, // With it, PING waits for a server that is down.
    enableReadyCheck: false, // With it, connect() waits for as long as Redis is loading.
    connectTimeout: 0, // The run has its own deadline.
    // The fewest commands: HELLO, CLIENT SETINFO and the like would swallow "max number of clients reached".
    protocol: 2,
    disableClientInfo: true,
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
