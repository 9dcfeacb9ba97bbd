import { createServer } from 'node:net';

/** Below the range that the kernel takes for outgoing connections: a stopped server finds its port still free. */
const first = 20_000;
const count = 3_000;

/** Each worker of a run has a part of its own: the port of a server that is stopped for a while is free to look at. */
const part = first + (Number(process.env.VITEST_POOL_ID ?? 0) % 4) * count;

/** Runs at the same time begin at different places. */
let next = (process.pid * 7) % count;

/** A port on loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = part + next;
    next = (next + 1) % count;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
