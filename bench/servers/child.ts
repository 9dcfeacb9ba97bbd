import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on loopback, and reports to the bench. */
export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  report((server.address() as AddressInfo).port);
}

/**
 * Tells the bench the port, answers its questions, and ends with it.
 *
 * @param figures what a question is answered with; the CPU time of this process unless told otherwise
 */
export function report(port: number, figures: () => object = cpuTime): void {
  process.on('message', () => process.send?.(figures()));
  process.on('disconnect', () => process.exit());
  process.send?.({ port });
  if (process.env.BUSY) compute();
}

/** Blocks the main thread for 300 ms out of every 400 ms. */
function compute(): void {
  const until = performance.now() + 300;
  while (performance.now() < until);
  setTimeout(compute, 100);
}

/** User and system time in microseconds, all threads included. */
export function cpuTime(): { cpu: number } {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system };
}
