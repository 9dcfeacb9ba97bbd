import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const patienceMs = 60_000;

/** Asks every millisecond until the answer has this status; resolves with the time when it came. */
export async function until(status: number, port: number, path: string): Promise<number> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await ask(port, path);
    const now = performance.now();
    if (found === status) return now;
    if (now > deadline) throw new Error(`Expected ${status} from ${path}, got ${found} for ${patienceMs / 1_000} s`);
    await pause(1);
  }
}

/** The status, or undefined when nobody listens yet. */
function ask(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    get({ port, path, host: '127.0.0.1', agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    }).on('error', () => resolve(undefined));
  });
}
