import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** The requests of a connection that wait for their turn. */
interface Line {
  count: number;
  /** Whether it was us who stopped reading: Node does so as well, and then it is Node who goes on. */
  isOurs: boolean;
  readonly hold: () => void;
}

const lines = new WeakMap<Socket, Line>();

/**
 * Takes the requests of a connection one after the other, however many are pipelined: Node hands over everything that
 * it has read before there is an answer, and so before there is any output that it could pause on. Nothing more is read
 * while one waits.
 */
export function inTurn(listener: RequestListener): RequestListener {
  return (request, response) => {
    const { socket } = request;
    // A response has no socket until those before it have been written.
    if (response.socket !== null) return listener(request, response);
    const line = lines.get(socket) ?? lineOf(socket);
    line.count += 1;
    response.once('socket', () =>
      inTime(() => {
        leave(socket, line);
        if (!socket.destroyed && !response.headersSent) listener(request, response);
      }),
    );
  };
}

/** Whether nothing more may be parsed for now: then nothing more is read either. */
export function holdsBack(socket: Socket): boolean {
  lines.get(socket)?.hold();
  return socket.isPaused();
}

/** What is to be done next, for whichever connection. */
const due: (() => void)[] = [];

/** One in each turn of the event loop: who has not asked for so much comes between. */
function inTime(work: () => void): void {
  if (due.push(work) === 1) setImmediate(doNext);
}

function doNext(): void {
  due.shift()?.();
  if (due.length > 0) setImmediate(doNext);
}

function lineOf(socket: Socket): Line {
  const line: Line = {
    count: 0,
    isOurs: false,
    hold() {
      if (line.count === 0 || socket.isPaused()) return;
      line.isOurs = true;
      socket.pause();
    },
  };
  lines.set(socket, line);
  socket.on('resume', line.hold);
  // Node's parser makes the socket flow at the end of each message, so this waits until it has come to the last one.
  process.nextTick(line.hold);
  return line;
}

function leave(socket: Socket, line: Line): void {
  line.count -= 1;
  if (line.count > 0) return;
  lines.delete(socket);
  socket.off('resume', line.hold);
  if (line.isOurs) socket.resume();
}
