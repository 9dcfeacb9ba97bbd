import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One answer, as a client that knows HTTP/1.1 reads it. */
export interface Received {
  readonly status: number;
  /** Whether it says that it is the last one. */
  readonly closes: boolean;
}

export interface Conversation {
  readonly socket: Socket;
  /** The final answers so far. */
  answers(): readonly Received[];
  /** What is no whole answer. */
  rest(): string;
  /** Resolves when a condition holds, which is looked at whenever something has come; to `false` when it takes too long. */
  until(holds: () => boolean): Promise<boolean>;
}

/** Far longer than anything here takes, in milliseconds. */
const patienceMs = 15_000;

/** @param methods of the requests, in their order: the answer to HEAD has no body */
export async function converse(
  port: number,
  pieces: readonly string[],
  methods: readonly string[],
): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: false }).setNoDelay();
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  for (const piece of pieces) {
    if (socket.writable) socket.write(piece, 'latin1');
    await turn();
  }
  return {
    socket,
    answers: () => read(received, methods).answers,
    rest: () => read(received, methods).rest,
    until: (holds) =>
      new Promise((resolve) => {
        const settle = (result: boolean): void => {
          clearTimeout(timer);
          socket.off('data', look).off('close', look);
          resolve(result);
        };
        const look = (): void => void (holds() && settle(true));
        const timer = setTimeout(() => settle(holds()), patienceMs);
        socket.on('data', look).on('close', look);
        look();
      }),
  };
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function read(bytes: string, methods: readonly string[]): { answers: Received[]; rest: string } {
  const answers: Received[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf('\r\n\r\n') + 4;
    const head = rest.slice(0, end);
    const status = Number(/^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n([\w-]+: [^\r\n]*\r\n)*\r\n$/.exec(head)?.[1]);
    if (Number.isNaN(status)) return { answers, rest };
    const hasBody = status >= 200 && status !== 204 && methods[answers.length] !== 'HEAD';
    const length = hasBody ? lengthOf(head, rest.slice(end)) : 0;
    if (!(rest.length >= end + length)) return { answers, rest };
    rest = rest.slice(end + length);
    if (status >= 200) answers.push({ status, closes: /^connection: close\r$/im.test(head) });
  }
}

/** Of the framings that there are, those that Node and Probity use: a length, or no chunk but the last. */
function lengthOf(head: string, body: string): number {
  const lastChunk = '0\r\n\r\n';
  if (/^transfer-encoding: chunked\r$/im.test(head) && body.startsWith(lastChunk)) return lastChunk.length;
  const length = /^content-length: (\d+)\r$/im.exec(head)?.[1];
  return length === undefined && /^connection: close\r$/im.test(head) ? 0 : Number(length);
}
