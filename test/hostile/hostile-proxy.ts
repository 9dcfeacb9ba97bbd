import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { changed } from '../checks/support.ts';
import type { Chance } from '../simulation/chance.ts';
import type { Damage } from './damage.ts';

/** In front of a real server: what that says is passed on up to some byte of each connection, and damaged from there. */
export interface HostileProxy {
  /** A URL of the server behind it, with the proxy's port instead. */
  through(url: string): string;
  /** Resolves when a connection has come as far as the damage. */
  readonly damaged: Promise<void>;
  /** Passes everything on, on new connections. */
  turnGood(): void;
  /** Ends the connections that stand. */
  cut(): void;
  /** How many clients are connected. */
  connections(): number;
  /** At which bytes of the longest connection so far a piece of what the server said has ended. */
  readonly ends: readonly number[];
  dispose(): Promise<void>;
}

export interface Harm {
  readonly damage: Damage;
  /** The byte of what the server says, from 0. */
  readonly at: number;
  readonly chance: Chance;
}

export async function startHostileProxy(target: number, harm?: Harm): Promise<HostileProxy> {
  const { promise: damaged, resolve } = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  let isGood = harm === undefined;
  let ends: number[] = [];

  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket.setNoDelay());
    socket.on('error', () => {});
    socket.on('end', () => other.end());
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    keep(client, upstream);
    keep(upstream, client);
    clients.add(client);
    client.on('close', () => clients.delete(client));
    client.on('data', (data) => void (upstream.writable && upstream.write(data)));

    let said = 0;
    const mine: number[] = [];
    let take: ((data: Buffer) => void) | undefined;
    const damage = ({ damage, chance }: Harm): ((data: Buffer) => void) => {
      resolve();
      return damage(client, chance);
    };
    const forward = (data: Buffer): void => {
      if (!client.writable) return;
      if (take) {
        take(data);
        return;
      }
      const left = isGood || harm === undefined ? Number.POSITIVE_INFINITY : harm.at - said;
      if (data.length > 0) client.write(data.subarray(0, Math.min(left, data.length)));
      said += data.length;
      mine.push(said);
      if (mine.length > ends.length) ends = mine;
      if (harm === undefined || data.length < left) return;
      take = damage(harm);
      if (data.length > left) take(data.subarray(left));
    };
    upstream.on('data', forward);
    if (harm?.at === 0) forward(Buffer.alloc(0));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    through: (url) => changed(url, { port: String((server.address() as AddressInfo).port) }),
    damaged,
    turnGood() {
      isGood = true;
    },
    cut,
    connections: () => clients.size,
    get ends() {
      return ends;
    },
    async dispose() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
