import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** The requests of a connection that wait for their turn. */
interface Queue {
  count: number;
  /** Whether it was us who stopped reading: Node does so as well, and then it is Node who goes on. */
  isOurs: boolean;
  readonly hold: () => void;
}

const queues = new WeakMap<Socket, Queue>();

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
    const queue = queues.get(socket) ?? queueOf(socket);
    queue.count += 1;
    response.once('socket', () =>
      inTime(() => {
        leave(socket, queue);
        if (!socket.destroyed && !response.headersSent) listener(request, response);
      }),
    );
  };
}

/** Whether nothing more may be parsed for now: then nothing more is read either. */
export function holdsBack(socket: Socket): boolean {
  queues.get(socket)?.hold();
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

function queueOf(socket: Socket): Queue {
  const queue: Queue = {
    count: 0,
    isOurs: false,
    hold() {
      if (queue.count === 0 || socket.isPaused()) return;
      queue.isOurs = true;
      socket.pause();
    },
  };
  queues.set(socket, queue);
  socket.on('resume', queue.hold);
  // Node's parser makes the socket flow at the end of each message, so this waits until it has come to the last one.
  process.nextTick(queue.hold);
  return queue;
}

function leave(socket: Socket, queue: Queue): void {
  queue.count -= 1;
  if (queue.count > 0) return;
  queues.delete(socket);
  socket.off('resume', queue.hold);
  if (queue.isOurs) socket.resume();
}
