import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What is said in place of an answer; `answer` passes the question on to who answers truly. */
export type Lie = (client: Socket, answer: () => void) => void;

/** In front of a real server, of which each connection is answered truly until somebody asks for what is lied about. */
export interface Liar {
  readonly port: number;
  /** Lies from now on whenever what is asked matches; new connections are asked for. */
  lie(about: RegExp, lie: Lie): void;
  /** Resolves when the first lie is told. */
  readonly damaged: Promise<void>;
  /** How many lies were told. */
  told(): number;
  /** Answers truly again, on new connections. */
  turnGood(): void;
  /** Ends the connections that stand. */
  cut(): void;
  dispose(): Promise<void>;
}

/** @param renamed ports of five digits that others are written for, in what it answers; its own when it names itself */
export async function startLiar(target: number, renamed: { from: number; to?: number }): Promise<Liar> {
  const sockets = new Set<Socket>();
  let lying: { about: RegExp; lie: Lie } | undefined;
  let told = 0;
  const { promise: damaged, resolve: hurt } = Promise.withResolvers<void>();
  const rename = (data: Buffer): Buffer =>
    Buffer.from(data.toString('latin1').replaceAll(String(renamed.from), String(renamed.to ?? port())), 'latin1');
  const port = (): number => (server.address() as AddressInfo).port;
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(one);
          other.destroy();
        });
    }
    client.on('data', (data) => {
      const answer = (): void => void upstream.write(data);
      if (lying === undefined || !lying.about.test(data.toString('latin1'))) return answer();
      told += 1;
      hurt();
      lying.lie(client, answer);
    });
    upstream.on('data', (data) => void (client.writable && client.write(rename(data))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: port(),
    lie(about, lie) {
      lying = { about, lie };
    },
    damaged,
    told: () => told,
    turnGood() {
      lying = undefined;
    },
    cut,
    async dispose() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const say =
  (bytes: string): Lie =>
  (client) =>
    void client.write(bytes, 'latin1');

const range = (first: string, last: string, node: string): string => `*1\r\n*3\r\n${first}\r\n${last}\r\n${node}\r\n`;

const someNode = '*2\r\n$9\r\n127.0.0.1\r\n:1';

/** What Redis, a sentinel or a node of a cluster may say in place of anything that it is asked for. */
export const lies: Readonly<Record<string, Lie>> = {
  'nothing, several times, that nobody has asked for': (client, answer) => {
    client.write('$-1\r\n'.repeat(5));
    answer();
    setImmediate(() => client.write('*-1\r\n'.repeat(5)));
  },
  'nothing as a string': say('$-1\r\n'),
  'nothing as an array': say('*-1\r\n'),
  'an array of nothing': say('*1\r\n$-1\r\n'),
  'an array of numbers': say('*2\r\n:1\r\n:2\r\n'),
  'a node that is nothing': say(range(':0', ':16383', '*-1')),
  'a host that is nothing': say(range(':0', ':16383', '*2\r\n$-1\r\n:1')),
  'a port that is none': say(range(':0', ':16383', '*2\r\n$9\r\n127.0.0.1\r\n:99999')),
  'an address whose port is none': say('*2\r\n$9\r\n127.0.0.1\r\n$5\r\n99999\r\n'),
  'slots without end': say(range(':0', ':9999999999', someNode)),
  'slots that are words': say(range('$1\r\na', '$1\r\nb', someNode)),
  'a redirection without a place': say('-MOVED 1\r\n'),
  'a redirection to a host without a port': say('-ASK 1 nowhere\r\n'),
  'half a message, and a reset': (client) =>
    void client.write('*2\r\n$9\r\n127.', () =>
      client instanceof TLSSocket ? client.destroy() : client.resetAndDestroy(),
    ),
  'another protocol': say('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'words without end': (client) => {
    const more = (): void => void (client.writable && client.write('+OK\r\n'.repeat(10_000), () => setImmediate(more)));
    more();
  },
};
