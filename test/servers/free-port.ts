import { createServer } from 'node:net';

/** Below the range that the kernel takes for outgoing connections: a stopped server finds its port still free. */
const first = 20_000;
const count = 12_000;

/** Processes that run at the same time begin at different places, so none takes what another has just found free. */
let next = (process.pid * 500) % count;

/** A port on loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = first + next;
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
