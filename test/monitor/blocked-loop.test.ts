import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Checker } from '../../src/health/checker.ts';
import { type Run, run } from '../../src/monitor/run.ts';

/** Answers on a thread of its own, whatever this one does: a dependency that is well. */
const server = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => socket.on('data', (data) => socket.write(data)));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

let worker: Worker;
let port: number;
let socket: Socket;

beforeAll(async () => {
  worker = new Worker(server, { eval: true });
  [port] = await once(worker, 'message');
  socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
});
afterAll(async () => {
  socket.destroy();
  await worker.terminate();
});

const timeoutMs = 100;
const runOf = (check: Checker['check']): Run =>
  run({ checker: { check, explain: () => 'unavailable' }, timeoutMs, simulated: false, onFailure() {} });

/** What some other code of the process does to everybody in it. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

async function ping(over: Socket, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    over.write('ping');
    await once(over, 'data');
  }
}

async function dialAndPing(): Promise<void> {
  const fresh = connect(port, '127.0.0.1');
  try {
    await once(fresh, 'connect');
    await ping(fresh, 3);
  } finally {
    fresh.destroy();
  }
}

describe('a loop that was blocked past the deadline', () => {
  it('does not make a dependency time out whose answer was there in time', async () => {
    const { outcome } = runOf(() => ping(socket, 1));
    block(3 * timeoutMs);
    expect(await outcome).toMatchObject({ kind: 'ok' });
  });

  it.each([
    ['in a conversation of several rounds', () => ping(socket, 3)],
    ['about to be connected to', dialAndPing],
  ])('does not make a dependency time out that was %s, and had no time to answer', async (_, check) => {
    const { outcome } = runOf(check);
    block(3 * timeoutMs);
    expect(await outcome).toMatchObject({ kind: 'ok' });
  });

  it('does not let a dependency hang for long that does not answer afterwards either', async () => {
    const startedAt = performance.now();
    const { outcome } = runOf(() => new Promise(() => {}));
    block(3 * timeoutMs);
    expect(await outcome).toMatchObject({ kind: 'failed', reason: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(10 * timeoutMs);
  });
});
