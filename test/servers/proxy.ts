import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback in front of one port, that misbehaves when told to. */
export interface TcpProxy {
  readonly port: number;
  /** A URL of the server behind it, with the proxy's port instead. */
  through(url: string): string;
  /** How many clients are connected. */
  connections(): number;
  /** Forwards again: what comes from now on, and new connections. What a black hole swallowed is lost. */
  pass(): void;
  /** Holds every piece of data back for so long, in both directions. */
  delay(ms: number): void;
  /** Accepts and forwards nothing, on the connections that stand too: half-open ones, as after a network cut. */
  blackHole(): void;
  /** Destroys all connections; new ones are served. */
  cut(): void;
  dispose(): Promise<void>;
}

type Mode = { kind: 'pass' } | { kind: 'delay'; ms: number } | { kind: 'blackHole' };

export async function startProxy(target: number): Promise<TcpProxy> {
  let mode: Mode = { kind: 'pass' };
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();

  function keep(socket: Socket, other: () => Socket | undefined): void {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => forward(data, other()));
    socket.on('close', () => {
      sockets.delete(socket);
      clients.delete(socket);
      // In a black hole, the end of a connection is lost as well.
      if (mode.kind !== 'blackHole') other()?.destroy();
    });
  }

  function forward(data: Buffer, to: Socket | undefined): void {
    if (mode.kind === 'blackHole') return;
    const write = (): void => {
      if (to && !to.destroyed) to.write(data);
    };
    if (mode.kind === 'delay') setTimeout(write, mode.ms);
    else write();
  }

  const server = createServer((client) => {
    clients.add(client);
    const upstream = mode.kind === 'blackHole' ? undefined : connect(target, '127.0.0.1');
    keep(client, () => upstream);
    if (upstream) keep(upstream, () => client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function cut(): void {
    for (const socket of sockets) socket.destroy();
  }

  return {
    port,
    through(url) {
      const changed = new URL(url);
      changed.port = String(port);
      return changed.href;
    },
    connections: () => [...clients].filter((client) => !client.destroyed).length,
    pass() {
      mode = { kind: 'pass' };
    },
    delay(ms) {
      mode = { kind: 'delay', ms };
    },
    blackHole() {
      mode = { kind: 'blackHole' };
    },
    cut,
    dispose() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
