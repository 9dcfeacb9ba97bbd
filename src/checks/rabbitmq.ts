// rabbitmq-client, not amqplib, although that is the better known one: amqplib shows its socket to nobody until the
// handshake is done, so that a connection to a frozen server can't be destroyed; a socket that was destroyed leaves its
// heartbeat timers running; and a refused login comes as a sentence without a code. rabbitmq-client has
// `unsafeDestroy()` in every state and a code in every error. Its own reconnecting is stopped at the first error.
import type { Reason } from '../../generated/contract/types.gen.ts';
import { type CheckDefinition, CheckFailure, type CheckOptions } from './checker.ts';
import { type Connection, type Events, overOneConnection } from './connection.ts';
import { loadDriver } from './driver.ts';
import { explainer, type Symptom } from './reason.ts';
import { lookup, servername } from './socket.ts';
import { dependencyUrl, hostOf } from './url.ts';

export interface RabbitmqOptions {
  /**
   * Publish as well, so that a memory or disk alarm shows (`blocked`): RabbitMQ keeps it from connections that only
   * look. The message is empty and goes to the default exchange under a name that no queue has, where it is dropped.
   */
  writable?: boolean | undefined;
}

type Driver = Pick<typeof import('rabbitmq-client'), 'Connection'>;
type Client = InstanceType<Driver['Connection']>;

/** The name of no queue. */
const routingKey = 'probity.writable';

/**
 * Checks RabbitMQ by opening and closing a channel on one connection of its own; declares nothing.
 *
 * @param url `amqp://user:password@host:port/vhost`, or `amqps:` for TLS.
 */
export function rabbitmq(url: string, options: RabbitmqOptions & CheckOptions = {}): CheckDefinition {
  const { writable = false, ...run } = options;
  const target = dependencyUrl(url, ['amqp', 'amqps']);
  const load = (): Promise<Driver> => loadDriver('rabbitmq-client', () => import('rabbitmq-client'));
  const checker = overOneConnection(load, (driver, events) => connect(driver, target, writable, events));
  return { ...run, checker: { ...checker, explain: explainer(rabbitmqRule) } };
}

function connect({ Connection }: Driver, target: URL, writable: boolean, events: Events): Connection {
  const client = new Connection({ ...login(target), connectionName: 'probity', connectionTimeout: 0, noDelay: true });
  let failure: unknown;
  let fail: (error: unknown) => void = () => {};
  const open = new Promise((resolve) => client.on('connection', () => resolve(undefined)));
  client.on('error', (error) => {
    failure = error;
    client.unsafeDestroy();
    fail(error);
    events.lost();
  });
  client.on('connection.blocked', (why) => {
    failure = new CheckFailure('blocked', `RabbitMQ blocks publishers: ${why}`);
    fail(failure);
    events.changed();
  });
  client.on('connection.unblocked', () => {
    failure = undefined;
    events.changed();
  });
  return {
    async roundTrip() {
      if (failure) throw failure;
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      await Promise.race([failed, open.then(() => useChannel(client, writable))]);
      if (failure) throw failure; // Closing a channel hides the loss of its connection.
    },
    destroy() {
      client.unsafeDestroy();
      fail(new CheckFailure('unavailable', 'The connection was closed'));
    },
    async end() {
      const closed = client.close();
      // The goodbye, which spares the server a warning in its log, is on its way by then.
      setImmediate(() => client.unsafeDestroy());
      await closed;
    },
  };
}

/** rabbitmq-client passes the socket's options to node:tls as well, but the URL's IPv6 brackets to the resolver. */
function login(target: URL): ConstructorParameters<Driver['Connection']>[0] & object {
  const host = hostOf(target) || 'localhost';
  return { url: target.href, socket: { host, lookup, ...servername(host) } as never };
}

async function useChannel(client: Client, writable: boolean): Promise<void> {
  const channel = await client.acquire();
  if (writable) {
    await channel.confirmSelect();
    await channel.basicPublish({ routingKey }, Buffer.alloc(0));
  }
  await channel.close();
}

const codes: Readonly<Record<string, Reason>> = {
  ACCESS_REFUSED: 'auth',
  CONNECTION_FORCED: 'unavailable', // An operator or a shutdown.
  INTERNAL_ERROR: 'unavailable',
  RESOURCE_ERROR: 'overloaded',
  CONN_CLOSE: 'unavailable',
  READ_END: 'unavailable',
  SOCKET_TIMEOUT: 'timeout', // No heartbeat.
  VERSION_MISMATCH: 'protocol',
  COMMAND_INVALID: 'protocol',
  SYNTAX_ERROR: 'protocol',
  UNEXPECTED_FRAME: 'protocol',
  FRAME_ERROR: 'protocol',
  CODEC: 'protocol',
  ERR_OUT_OF_RANGE: 'protocol', // The length of a frame was made of another protocol's letters.
};

function rabbitmqRule({ code, name, message }: Symptom): Reason | undefined {
  if (/limit .*is reached/.test(message)) return 'too_many_connections';
  // 530 for a virtual host that is not there, and for one that the user may not enter.
  if (code === 'NOT_ALLOWED') return /access to vhost/.test(message) ? 'auth' : 'unexpected_response';
  if (Object.hasOwn(codes, code)) return codes[code];
  return name.startsWith('AMQP') ? 'unexpected_response' : undefined;
}
