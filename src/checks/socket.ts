import dns, { type LookupAddress } from 'node:dns';
import net, { type LookupFunction, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

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
export function servername(host: string): { servername?: string } {
  return net.isIP(host) ? {} : { servername: host };
}

/** A connecting socket, over TLS when `tlsOptions` are given. */
export function openSocket(host: string, port: number, tlsOptions?: ConnectionOptions): Socket {
  const options = { host, port, lookup };
  // TLS is loaded where it is spoken.
  const tls = tlsOptions && process.getBuiltinModule('node:tls');
  return tls ? tls.connect({ ...servername(host), ...tlsOptions, ...options }) : net.connect(options);
}
