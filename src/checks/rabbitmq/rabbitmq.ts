// amqplib, not rabbitmq-client: that one reads from its socket where nobody can catch, so that the bytes of another
// protocol end the process, and it reconnects by itself. amqplib hides its socket, but hands `signal` on to Node, which
// destroys the socket in every state, and its refusals can be told by their message.

import { setImmediate } from 'node:timers/promises';
import type { ChannelModel } from 'amqplib';
import { typeError } from '../../base/errors.ts';
import { hostOf } from '../../base/url.ts';
import { type CheckDefinition, type Checker, CheckFailure, type CheckOptions } from '../../health/checker.ts';
import type { BorrowedOptions } from '../kit/borrowed.ts';
import { type Connection, type Events, overOneConnection } from '../kit/connection.ts';
import { proveOptions } from '../kit/options.ts';
import { explainer } from '../kit/reason.ts';
import { lookup } from '../kit/socket.ts';
import {
  type Certificates,
  seenCertificates,
  type TlsMaterial,
  type TlsOptions,
  tlsWith,
  type WithTls,
} from '../kit/tls.ts';
import { connectionChecker, type RabbitmqSource } from './borrowed-connection.ts';
import { type AmqpDriver, loadAmqplib } from './driver.ts';
import { opened } from './opening.ts';
import { rabbitmqRule } from './reasons.ts';
import { largestFrame, rabbitmqUrl } from './url.ts';

export interface RabbitmqOptions {
  /**
   * Publish as well, so that a memory or disk alarm shows (`blocked`): RabbitMQ tells only those of it that publish. The
   * message is empty, and goes to the default exchange under a name that no queue has, where it is dropped.
   */
  writable?: boolean | undefined;
}

/** The name of no queue. */
const routingKey = 'probity.writable';

/** amqplib's connections don't tell how they were made: a fresh one needs the URL, for `escalateAfter` and the canary. */
export type BorrowedRabbitmqOptions =
  | (Omit<CheckOptions, 'canary'> & { canary?: false | undefined; escalateAfter?: undefined; url?: undefined })
  | (CheckOptions & BorrowedOptions & WithTls & { /** For fresh connections. */ url: string });

/**
 * Checks RabbitMQ by opening and closing a channel, on one connection of its own or on the application's; declares
 * nothing. Of the application's connection `blocked` shows once it has published.
 *
 * @param url `amqp://user:password@host:port/vhost?heartbeat=30`, or `amqps:` for TLS.
 */
export function rabbitmq(connection: RabbitmqSource, options?: BorrowedRabbitmqOptions): CheckDefinition;
export function rabbitmq(url: string, options?: RabbitmqOptions & WithTls & CheckOptions): CheckDefinition;
export function rabbitmq(
  dependency: string | RabbitmqSource,
  options: RabbitmqOptions & BorrowedOptions & WithTls & CheckOptions & { url?: string | undefined } = {},
): CheckDefinition {
  const isBorrowed = typeof dependency === 'function' || (typeof dependency === 'object' && dependency !== null);
  proveOptions(options, isBorrowed ? { escalateAfter: true, url: true, tls: true } : { writable: true, tls: true });
  const { writable = false, escalateAfter, url, tls, ...run } = options;
  if (isBorrowed && url === undefined && tls !== undefined)
    throw typeError('PROBITY_OPTION', 'Expected `url` beside `tls`: the connection of the application has its own');
  const explain = explainer(rabbitmqRule);
  const certificates = seenCertificates();
  const own = (url: string): OwnChecker => urlChecker(url, writable, tls, certificates);
  const checker = isBorrowed
    ? connectionChecker(dependency, explain, escalateAfter, url === undefined ? {} : own(url), certificates)
    : { ...own(dependency), explain };
  return { ...run, checker };
}

type OwnChecker = Omit<Checker, 'explain'> & Required<Pick<Checker, 'fresh'>>;

function urlChecker(
  url: string,
  writable: boolean,
  tls: TlsOptions | undefined,
  certificates: Certificates,
): OwnChecker {
  const target = rabbitmqUrl(url);
  const material = tlsWith(tls, url, target.protocol === 'amqps:', 'amqps');
  const connectHere = (driver: AmqpDriver, events: Events): Connection =>
    connect(driver, target, { tls: material(), certificates, writable }, events);
  return { ...overOneConnection(loadAmqplib, connectHere), certificateExpiry: certificates.expiry };
}

interface Manner {
  readonly tls: TlsMaterial;
  readonly certificates: Certificates;
  readonly writable: boolean;
}

function connect(driver: AmqpDriver, target: URL, manner: Manner, events: Events): Connection {
  const { tls, certificates, writable } = manner;
  const socket = new AbortController();
  let client: ChannelModel | undefined;
  let blocked: CheckFailure | undefined;
  // amqplib leaves calls unanswered when the connection goes: its events end the run.
  let fail: (error: unknown) => void = () => {};

  function listen(model: ChannelModel): ChannelModel {
    const lost = (error?: unknown): void => {
      fail(error ?? new CheckFailure('unavailable', 'The connection was closed'));
      events.lost();
    };
    model.on('error', lost).on('close', lost);
    model.on('blocked', (why) => {
      blocked = new CheckFailure('blocked', `RabbitMQ blocks publishers: ${why}`);
      fail(blocked);
      events.changed();
    });
    model.on('unblocked', () => {
      blocked = undefined;
      events.changed();
    });
    client = model;
    certificates.see((model.connection as Kept).stream);
    keepNothingAlive(model);
    return model;
  }

  const open = opened(() => driver.connect(login(target), { ...tls, ...socketOptions(socket.signal) })).then(listen);
  return {
    async roundTrip() {
      if (blocked) throw blocked;
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      await Promise.race([failed, open.then((model) => useChannel(model, writable))]);
    },
    destroy() {
      fail(new CheckFailure('unavailable', 'The connection was closed'));
      socket.abort();
    },
    /** Without a goodbye the server has a warning in its log. It is sent, not answered, when this is done. */
    async end() {
      client?.close().catch(() => {});
      await setImmediate();
    },
  };
}

/** What amqplib keeps to itself. */
interface Kept {
  readonly stream?: unknown;
  readonly heartbeater?: Partial<Record<'sendTimer' | 'recvTimer', NodeJS.Timeout>> | null;
}

/** A connection of a check alone keeps no process alive. */
function keepNothingAlive({ connection }: ChannelModel): void {
  const { heartbeater } = connection as Kept;
  for (const timer of [heartbeater?.sendTimer, heartbeater?.recvTimer]) timer?.unref();
}

/** Taken apart here: from a URL, amqplib decodes only Latin-1. The virtual host it decodes in any case. */
function login(target: URL): Parameters<AmqpDriver['connect']>[0] & object {
  const { username, password, port, protocol, pathname, searchParams } = target;
  const credentials = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return {
    ...Object.fromEntries(searchParams),
    ...(username || password ? credentials : {}),
    protocol: protocol.slice(0, -1),
    hostname: hostOf(target) || 'localhost',
    ...(port ? { port: Number(port) } : {}),
    vhost: pathname.slice(1),
    maxFrameSize: largestFrame,
  };
}

function socketOptions(signal: AbortSignal): object {
  return { lookup, signal, noDelay: true, clientProperties: { connection_name: 'probity' } };
}

async function useChannel(client: ChannelModel, writable: boolean): Promise<void> {
  const channel = await (writable ? client.createConfirmChannel() : client.createChannel());
  const refused = new Promise<never>((_, reject) => channel.on('error', reject));
  const use = async (): Promise<void> => {
    if ('waitForConfirms' in channel) {
      channel.publish('', routingKey, Buffer.alloc(0));
      await channel.waitForConfirms();
    }
    await channel.close();
  };
  await Promise.race([use(), refused]);
}
