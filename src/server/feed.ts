import type { Socket } from 'node:net';
import { holdsBack } from './pipelining.ts';

/** What Node's parser listens to `data` with. */
export type Parse = (this: Socket, chunk: Buffer) => void;

/**
 * Hands what arrives to the parser, piece by piece: all the requests of a chunk would be under way at once. What may not
 * be parsed yet goes back to what has not been read.
 *
 * @param isIdle whether every message so far was answered
 */
export function feeder(socket: Socket, parse: Parse, isIdle: () => boolean): (chunk: Buffer) => void {
  let ending: NodeJS.Timeout | undefined;
  socket.once('close', () => clearTimeout(ending));

  return (chunk) => {
    if (!isBlank(chunk)) {
      clearTimeout(ending);
      ending = undefined;
    } else if (isIdle()) ending ??= setTimeout(() => socket.destroy(), longestBlankMs);
    for (let at = 0; at < chunk.length; ) {
      const end = endOfPiece(chunk, at);
      parse.call(socket, end - at === chunk.length ? chunk : chunk.subarray(at, end));
      at = end;
      // Nobody listens any more where the parser has given up, or given the connection away.
      if (at === chunk.length || socket.destroyed || socket.listenerCount('data') === 0) return;
      if (holdsBack(socket)) return void socket.unshift(chunk.subarray(at));
    }
  };
}

/**
 * How long a connection may send nothing but blank lines, in milliseconds: the parser ignores them (RFC 9112, 2.2), and
 * each one makes Node's time-out for idle connections begin anew.
 */
const longestBlankMs = 3_500;

const isBlank = (chunk: Buffer): boolean => chunk.every((byte) => byte === 13 || byte === 10);

/** Room for any request of a prober, and for few of a flood. */
const pieceBytes = 512;

/** The first blank line that makes a piece long enough: most often the end of a message. */
function endOfPiece(chunk: Buffer, at: number): number {
  const blank = chunk.indexOf('\r\n\r\n', at + pieceBytes);
  return blank === -1 ? chunk.length : blank + 4;
}
