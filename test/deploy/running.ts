import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../servers/free-port.ts';
import { asFirstProcess, asImageUser, commandOf, type Image } from './image.ts';

/** An image that runs, as nearly as this machine can do without a container engine. */
export interface Container {
  readonly url: string;
  /** Runs the health check of the image beside it, with the image's own HOST (0.0.0.0); resolves with its exit code. */
  healthcheck(): Promise<number>;
  /** Signals the process of the image, as an engine does. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it at once, if it is still there. */
  kill(): Promise<void>;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

/** Starts what the image starts, with its environment and this one alone, and waits until it listens. */
export async function startContainer(image: Image, env: Record<string, string>): Promise<Container> {
  const port = String(await freePort());
  const own = { ...image.env, HOST: '127.0.0.1', PORT: port, DRAIN_DELAY: '50ms', ...env };
  const launch = (prefix: readonly string[], command: readonly string[], env: Record<string, string>): ChildProcess => {
    const [program, ...args] = [...prefix, ...asImageUser(image), ...commandOf(image, command)] as [
      string,
      ...string[],
    ];
    return spawn(program, args, {
      cwd: join(image.tree, image.folder),
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  };
  const child = launch(asFirstProcess(), [...image.entrypoint, ...image.cmd], own);
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  await Promise.race([
    listening(child),
    exited.then((code) => {
      throw new Error(`The image ended with ${code} before it listened`);
    }),
  ]);
  return {
    url: `http://127.0.0.1:${port}`,
    exited,
    signal: (signal) => void process.kill(innermost(child.pid as number), signal),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    async healthcheck() {
      const [code] = await once(launch([], image.healthcheck, { ...own, ...image.env }), 'close');
      return code;
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (line.includes('"listening"')) break;
  }
  child.stdout?.resume();
}

/** What makes a namespace for a process stays beside it as its parent. */
function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return child === undefined ? pid : innermost(Number(child));
}
