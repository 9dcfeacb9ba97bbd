/**
 * Does what a newcomer does: `npm start`, and the requests that it prints. Ends with 0 when all is as the README says.
 * On every platform that Node has, and with nothing but Node and npm.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..');
const isWindows = process.platform === 'win32';
// Installing takes its time on a machine that has nothing yet.
const patience = AbortSignal.timeout(10 * 60_000);

async function until(url: string, status: number, init?: RequestInit): Promise<void> {
  for (;;) {
    const response = await fetch(url, { ...init, signal: patience });
    const body = await response.text();
    if (response.status === status) return console.log(`${response.status} ${url} ${body.split('\n', 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What `npm start` ends with is up to the shell that it starts; that nothing of it stays is up to us. */
async function untilGone(url: string): Promise<void> {
  while ((await fetch(url, { signal: patience }).catch(() => undefined)) !== undefined);
  patience.throwIfAborted();
  console.log('Ended');
}

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: stdout as NodeJS.ReadableStream, signal: patience })) {
    console.log(line);
    const [, url] = /^Probity answers on (\S+)$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('Expected `npm start` to say where it answers');
}

/** As Ctrl-C does: everything that npm has started gets it. Windows has no signal for a group. */
function interrupt({ pid }: ChildProcess): void {
  if (isWindows) spawnSync('taskkill', ['/pid', String(pid), '/t', '/f']);
  else process.kill(-(pid as number), 'SIGINT');
}

// npm is a script, which Windows runs by a shell alone; a group of its own, so that we are not interrupted as well.
const demo = spawn('npm', ['start'], {
  cwd: root,
  env: { ...process.env, PORT: '0' },
  shell: isWindows,
  detached: !isWindows,
  stdio: ['ignore', 'pipe', 'inherit'],
});
let url = '';
try {
  url = await urlOf(demo);
  demo.stdout?.resume();
  await until(`${url}/ready`, 200);
  await until(`${url}/simulate_db_failure`, 200, { method: 'POST' });
  await until(`${url}/ready`, 503);
  await until(`${url}/health`, 200);
  await until(`${url}/simulate_db_recovery`, 200, { method: 'POST' });
  await until(`${url}/ready`, 200);
  await until(`${url}/docs`, 200);
} finally {
  interrupt(demo);
}
await untilGone(url);
