import type { Duplex } from 'node:stream';

/** How long the peer may take to close its side, in milliseconds. */
const graceMs = 1_000;

/** A WebSocket's "going away" (RFC 6455, 7.4.1): clients that know it connect again, elsewhere. */
export const goingAway: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/**
 * For a socket that Node has handed over, as after `connect`: Node has taken its own listeners off, and an error without
 * a listener would end the process.
 */
export function ignoreErrors(stream: Duplex): void {
  stream.on('error', () => {});
}

/** Ends with the last bytes, reads on so that no reset discards them, and destroys the stream if its peer stays. */
export function closeGracefully(stream: Duplex, lastBytes: Buffer | string = ''): void {
  ignoreErrors(stream);
  stream.resume().end(lastBytes);
  destroyLater(stream);
}

export function destroyLater(stream: Duplex): void {
  const timer = setTimeout(() => stream.destroy(), graceMs).unref();
  stream.once('close', () => clearTimeout(timer));
}
