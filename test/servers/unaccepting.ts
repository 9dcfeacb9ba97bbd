import { connect, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './free-port.ts';
import { serverProcess } from './process.ts';

/** A port whose connections are never accepted, not even by the kernel: its queue is full, and nobody empties it. */
export async function startUnaccepting(): Promise<{ readonly port: number; dispose(): Promise<void> }> {
  const port = await freePort();
  const program = `require('net').createServer().listen({ port: ${port}, host: '127.0.0.1', backlog: 1 }, () => console.log('listens'))`;
  const server = serverProcess({
    path: process.execPath,
    args: ['-e', program],
    ready: /listens/,
    port,
    stopSignal: 'SIGTERM',
  });
  await server.start();
  server.freeze();
  const queue: Socket[] = [];
  for (let isFull = false; !isFull; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const accepted = new Promise<boolean>((resolve) => socket.once('connect', () => resolve(true)));
    isFull = !(await Promise.race([accepted, setTimeout(300, false)]));
    queue.push(socket);
  }
  return {
    port,
    async dispose() {
      for (const socket of queue) socket.destroy();
      await server.kill();
    },
  };
}
