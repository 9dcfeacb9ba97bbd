import dns, { type LookupAddress } from 'node:dns';
import net, { type LookupFunction, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { CheckFailure } from '../../health/checker.ts';

type Waiting = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

const lookUps = new Map<string, Waiting[]>();

/**
 * Node's own name look-up, but one at a time for a name. A look-up can't be cancelled and occupies one of libuv's few
 * threads until the resolver gives up, so a run that comes after a timed-out one joins the look-up that still goes on.
 * Nothing is kept: a connection that finds no look-up under way resolves anew.
 */
export const lookup: LookupFunction = (hostname, options, callback) => {
  const key = JSON.stringify([hostname, options.family, options.hints]);
  const waiting: Waiting = (error, addresses) => {
    const [first] = addresses;
    if (error || !first) callback(error ?? new Error('The look-up found no address'), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
  const underWay = lookUps.get(key);
  if (underWay) {
    underWay.push(waiting);
    return;
  }
  const joined = [waiting];
  lookUps.set(key, joined);
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    lookUps.delete(key);
    for (const settle of joined) settle(error, addresses ?? []);
  });
};

/** Node sends the server's name in the TLS handshake only when it is told to; an address is none. */
function servername(host: string): { servername?: string } {
  return net.isIP(host) ? {} : { servername: host };
}

/** A connecting socket, over TLS when `tlsOptions` are given. */
export function openSocket(host: string, port: number, tlsOptions?: ConnectionOptions): Socket {
  const options = { host, port, lookup };
  // TLS is loaded where it is spoken.
  const tls = tlsOptions && process.getBuiltinModule('node:tls');
  return tls ? tls.connect({ ...servername(host), ...tlsOptions, ...options }) : net.connect(options);
}

/** No answer to one question of ours is longer: a server that talks without end is not listened to. */
const longestAnswer = 1_048_576;

/**
 * Keeps in what a driver throws where nobody could catch it, in its handlers of this socket: the socket is destroyed
 * instead, with the failure as its error. `inspect` sees what comes before the driver does, and may throw as well.
 * A connection of a check alone keeps no process alive.
 *
 * @param longest in bytes, of what comes without a question in between
 */
export function contain<Lent extends Socket>(
  socket: Lent,
  protocol: string,
  inspect?: (data: Buffer) => void,
  longest: number = longestAnswer,
): Lent {
  const emit: (event: string | symbol, ...args: unknown[]) => boolean = socket.emit.bind(socket);
  let written = -1;
  let readThen = 0;

  const measure = (): void => {
    if (socket.bytesWritten !== written) {
      written = socket.bytesWritten;
      readThen = socket.bytesRead;
    } else if (socket.bytesRead - readThen > longest) {
      throw new Error(`More than ${longest} bytes in one answer`);
    }
  };

  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      if (event === 'data' || event === 'readable') measure();
      if (event === 'data') inspect?.(args[0] as Buffer);
      return emit(event, ...args);
    } catch (error) {
      socket.destroy(new CheckFailure('protocol', `The answer is not of the ${protocol} protocol`, { cause: error }));
      return true;
    }
  };
  return socket.unref();
}
