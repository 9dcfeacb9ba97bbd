import type { Duplex } from 'node:stream';

/** How long the other side of what has been ended gets to go, in milliseconds. */
const graceMs = 1_000;

/** A WebSocket's "going away" (RFC 6455, 7.4.1): clients that know it connect again, elsewhere. */
export const goingAway: Buffer = Buffer.from([0x88, 0x02, 0x03, 0xe9]);

/**
 * Takes what Node has handed over, as after `connect`: Node has taken its own listeners off, and a reset would end the
 * process.
 */
export function outliveErrors(stream: Duplex): void {
  stream.on('error', () => {});
}

/** Says the last words, reads on so that they are not lost by a reset, and destroys what is still there a moment later. */
export function sayGoodbye(stream: Duplex, lastWords: Buffer | string = ''): void {
  outliveErrors(stream);
  stream.resume().end(lastWords);
  destroyLater(stream);
}

export function destroyLater(stream: Duplex): void {
  const timer = setTimeout(() => stream.destroy(), graceMs).unref();
  stream.once('close', () => clearTimeout(timer));
}
