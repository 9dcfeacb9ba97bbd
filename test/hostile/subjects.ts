import amqp from 'amqplib';
import { Redis } from 'ioredis';
import pg from 'pg';
import { http } from '../../src/checks/http/http.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import type { CheckDefinition, Checker } from '../../src/health/checker.ts';
import { startHttp } from '../servers/http.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';

/** A check of a dependency, and the client of the application's that it may go over. */
export interface Subject {
  readonly checker: Checker;
  /** How many listeners the client has that is borrowed. */
  listeners(): number;
  /** Ends what the application has opened. */
  end(): unknown;
}

export interface Kind {
  start(): Promise<{ readonly url: string; readonly port: number; dispose(): Promise<void> }>;
  /** Over a connection of its own. */
  own(url: string): CheckDefinition;
  /** Over a client of the application's, which comes back by itself. */
  borrowed?(url: string): Subject;
}

export const subjectOf = ({ checker }: CheckDefinition): Subject => ({ checker, listeners: () => 0, end() {} });

const listenersOf = (emitter: NodeJS.EventEmitter): number =>
  emitter.eventNames().reduce((sum, event) => sum + emitter.listenerCount(event), 0);

export const kinds: Readonly<Record<string, Kind>> = {
  postgres: {
    start: () => startPostgres({ settings: { max_connections: '200' } }),
    own: (url) => postgres(url),
    borrowed(url) {
      const pool = new pg.Pool({ connectionString: url, max: 4 }).on('error', () => {});
      return { ...postgres(pool), listeners: () => listenersOf(pool), end: () => void pool.end() };
    },
  },
  redis: {
    start: () => startRedis({ settings: { requirepass: 'secret' } }).then((server) => withPassword(server)),
    own: (url) => redis(url),
    borrowed(url) {
      const client = new Redis(url, { retryStrategy: () => 20 }).on('error', () => {});
      return { ...redis(client), listeners: () => listenersOf(client), end: () => client.disconnect() };
    },
  },
  rabbitmq: {
    start: () => startRabbitmq(),
    own: (url) => rabbitmq(url),
    borrowed: (url) => reconnecting(url),
  },
  http: { start: () => startHttp(), own: (url) => http(url) },
};

const withPassword = <Server extends { url: string }>(server: Server): Server => ({
  ...server,
  url: server.url.replace('//', '//:secret@'),
});

/** As applications do it: a lost connection is followed by a new one. */
function reconnecting(url: string): Subject {
  let current: amqp.ChannelModel | undefined;
  let own = 0;
  let isOver = false;
  const again = (): void => void (isOver || setTimeout(open, 20));
  const open = (): void =>
    void amqp.connect(url).then((opened) => {
      current = opened.on('error', () => {}).on('close', again);
      own = listenersOf(opened);
      if (isOver) void opened.close().catch(() => {});
    }, again);
  open();
  return {
    ...rabbitmq(() => current),
    listeners: () => (current === undefined ? 0 : listenersOf(current) - own),
    end() {
      isOver = true;
      void current?.close().catch(() => {});
    },
  };
}
