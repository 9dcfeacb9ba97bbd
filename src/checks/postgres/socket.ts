import { Socket } from 'node:net';
import { contain, lookup } from '../kit/socket.ts';
import type { Certificates } from '../kit/tls.ts';
import { wholeMessages } from './messages.ts';

/** As much of pg's Client as it takes to lend it a socket. */
export interface WithConnection {
  /** What pg and pg-pool call so; a client that is not pg's own may have none. */
  readonly connection?: { readonly stream: Socket; once(event: 'sslconnect', listener: () => void): unknown };
}

/** The bytes that an answer of PostgreSQL to a start-up packet or to a request for TLS can begin with. */
const greetings = 'REvSN';

/**
 * The socket that is lent to pg. It adds the shared name look-up, tells another protocol by its first byte, where pg
 * would wait for a message of a length made of letters, and survives pg's parser, which throws on malformed messages.
 */
export function postgresSocket(): PostgresSocket {
  let greeted = false;
  const inspect = wholeMessages();
  return contain(new PostgresSocket(), 'PostgreSQL', (data) => {
    if (!greeted && !greetings.includes(String.fromCharCode(data[0] ?? 0))) throw new Error('Wrong greeting');
    // The answer to a request for TLS is a letter alone, and no message.
    if (greeted || !isAnswerOnTls(data)) inspect(data);
    greeted = true;
  });
}

const isAnswerOnTls = (data: Buffer): boolean => data.length === 1 && 'SN'.includes(String.fromCharCode(data[0] ?? 0));

/** With TLS, pg reads from a socket of its own that is laid over the one that was lent. */
export function withTls(client: WithConnection, certificates: Certificates): void {
  const { connection } = client;
  connection?.once('sslconnect', () => certificates.see(contain(connection.stream, 'PostgreSQL', wholeMessages())));
}

class PostgresSocket extends Socket {
  /** Where to connect, if not to the host that pg names. */
  host: string | undefined;

  override connect(...args: unknown[]): this {
    const [port, named] = args;
    const host = this.host ?? named;
    return typeof port === 'number' ? super.connect({ port, host: String(host), lookup }) : super.connect(String(port));
  }
}
