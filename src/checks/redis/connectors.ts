import { Socket } from 'node:net';
import type { RedisOptions } from 'ioredis';
import { contain, openSocket } from '../kit/socket.ts';
import type { TlsMaterial } from '../kit/tls.ts';
import { answersAlone, fewAnswers, type Head, longestAnswer, slotsAlone } from './answers.ts';

type Emit = (event: string, error: Error) => void;

/** As much of a connector of ioredis' as is used: it opens the sockets of one client, one after the other. */
interface Connector {
  /** ioredis looks for it when the socket is destroyed already. */
  firstError?: unknown;
  connect(emit: Emit): Promise<Socket>;
  disconnect(): void;
  check(info: unknown): boolean;
}

/** One that asks sentinels, each over a client of its own. */
interface SentinelConnector extends Connector {
  connectToSentinel(address: object, options?: object): unknown;
}

export type ConnectorClass = new (options: never) => Connector;

export interface Node {
  readonly host: string;
  readonly port: number;
}

interface Options extends Partial<Node> {
  readonly tls?: TlsMaterial;
  readonly connectionName?: string;
}

/** What the client is told, and how much of it. Sentinels and what a cluster consists of are none of its business. */
export interface Listening {
  /** Whether a server that is asked by the client may say that. */
  readonly isExpected: (head: Head) => boolean;
  /** In bytes, of what comes without a question in between. */
  readonly longest?: number;
  /** Whether its sockets keep the process alive. */
  readonly keepsAlive?: boolean;
}

/** For one client: what it opens its sockets with, and those that its own clients open, to sentinels and nodes. */
export interface Connectors {
  /** For a server at a known place. */
  readonly direct: NonNullable<RedisOptions['Connector']>;
  /** As the given one connects. */
  like(Base: ConnectorClass): NonNullable<RedisOptions['Connector']>;
  /** For any of these nodes: the next one with each connection. */
  anyOf(nodes: () => readonly Node[]): NonNullable<RedisOptions['Connector']>;
  /** Destroys every socket that stands: of some of its clients ioredis lets go only when they answer. */
  destroy(): void;
  /** What was wrong with the last socket that failed, of whichever client. */
  failure(): Error | undefined;
}

/**
 * ioredis opens connections of its own to sentinels and to the nodes of a cluster, and throws in turns of its own when it
 * is told something that it does not expect. Each client of ours and each client within gets its sockets here, where
 * what is said is read first.
 */
export function containedConnectors({ isExpected, longest, keepsAlive = false }: Listening): Connectors {
  const open = new Set<Socket>();
  let failure: Error | undefined;

  const keep: Keep = (socket, within) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.once('error', (error) => {
      failure = error;
    });
    if (within) contain(socket, 'Redis', answersAlone(within), longestAnswer);
    else contain(socket, 'Redis', answersAlone(isExpected), longest);
    return keepsAlive ? socket.ref() : socket;
  };

  const forIoredis = (Base: ConnectorClass) => contained(Base, keep) as unknown as Connectors['direct'];
  return {
    direct: forIoredis(Direct),
    like: forIoredis,
    anyOf: (nodes) => forIoredis(oneOf(nodes)),
    destroy() {
      for (const socket of open) socket.destroy();
    },
    failure: () => failure,
  };
}

/** @param within what is expected on a connection of ioredis' own; left out for those of the client */
type Keep = (socket: Socket, within?: (head: Head) => boolean) => Socket;

/** What ioredis calls the connection over which it asks for the slots of a cluster. */
const refresher = /^ioredis-cluster\(refresher\)/;

function contained(Base: ConnectorClass, keep: Keep, within?: () => (head: Head) => boolean): ConnectorClass {
  const Parent = Base as new (options: Options) => SentinelConnector;
  return class Contained extends Parent {
    #within = within;
    #socket: Socket | undefined;

    constructor(options: Options) {
      super(options);
      if (refresher.test(options.connectionName ?? '')) this.#within = () => fewAnswers(slotsAlone());
    }

    override async connect(emit: Emit): Promise<Socket> {
      this.#socket = undefined;
      try {
        this.#socket = keep(await super.connect(emit), this.#within?.());
        return this.#socket;
      } catch (error) {
        // By an error that is thrown ioredis ends a client for good; after one of a socket it connects again.
        this.firstError = error;
        return new Socket().destroy();
      }
    }

    /** ioredis' own connectors say goodbye, and destroy the socket two seconds later; with a listener for each call. */
    override disconnect(): void {
      if (this.#socket?.destroyed) return;
      super.disconnect();
      this.#socket?.destroy();
    }

    override connectToSentinel(address: object, options?: object): unknown {
      return super.connectToSentinel(address, { ...options, Connector: contained(Direct, keep, fewAnswers) });
    }
  };
}

class Direct implements Connector {
  firstError: unknown;
  protected readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  async connect(_: Emit): Promise<Socket> {
    const { host = 'localhost', port = 6379, tls } = this.options;
    // It may fail before ioredis listens.
    return openSocket(host, port, tls).once('error', (error) => {
      this.firstError = error;
    });
  }

  disconnect(): void {}

  check(): boolean {
    return true;
  }
}

function oneOf(nodes: () => readonly Node[]): ConnectorClass {
  let turn = 0;
  return class OneOf extends Direct {
    override connect(emit: Emit): Promise<Socket> {
      const all = nodes();
      // The client is to say where it is.
      Object.assign(this.options, all[turn++ % all.length]);
      return super.connect(emit);
    }
  };
}
