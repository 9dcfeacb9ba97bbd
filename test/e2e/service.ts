import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment } from '../environment.ts';

/** A Probity in a process of its own. */
export interface Service {
  readonly url: string;
  readonly pid: number;
  /** What it has printed so far, a line each. */
  readonly lines: readonly string[];
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Resolves with the first log line, from the start on, that has all these fields. */
  logged(fields: Record<string, unknown>): Promise<Record<string, unknown>>;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to stop, and waits for its end. */
  stop(): Promise<number | string>;
}

const root = join(import.meta.dirname, '../..');

/** Starts `probity serve` with this environment alone and waits until it listens, on a free port unless PORT says. */
export async function startService(env: Record<string, string>, args: string[] = []): Promise<Service> {
  const service = spawnService(env, args);
  const { url } = await service.logged({ msg: 'listening' });
  return Object.assign(service, { url: String(url) });
}

/** Without a file and without a URL, `serve` would find nothing to watch: this file says that it is meant. */
const nothing = ['--config', join(import.meta.dirname, 'nothing.yaml')];

const watches = (env: Record<string, string>): boolean => Object.keys(env).some((name) => name.endsWith('_URL'));

/** The same without waiting. */
export function spawnService(env: Record<string, string>, args: string[] = [], folder: string = root): Service {
  const config = folder !== root || args.includes('--config') || watches(env) ? [] : nothing;
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'serve', ...config, ...args], {
    cwd: folder,
    env: { ...environment, PORT: '0', DRAIN_DELAY: '50ms', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const lines = collect(child);
  const exited = once(child, 'close').then(([code, signal]) => {
    process.off('exit', end);
    return (code ?? signal) as number | string;
  });
  const failed = exited.then((code) => {
    throw new Error(`The service ended with ${code}:\n${lines.all.join('\n')}`);
  });
  failed.catch(() => {});
  return {
    url: '',
    pid: child.pid as number,
    lines: lines.all,
    exited,
    logged: (fields) => Promise.race([lines.find((line) => matches(line, fields)), failed]),
    kill: (signal) => void child.kill(signal),
    stop() {
      child.kill('SIGTERM');
      return exited;
    },
  };
}

interface Lines {
  readonly all: string[];
  find(test: (fields: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
}

function collect(child: ChildProcess): Lines {
  const all: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', (line) => {
      all.push(line);
      for (const look of waiting) look();
    });
  }
  const find = (test: (fields: Record<string, unknown>) => boolean): Promise<Record<string, unknown>> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = all.map(parsed).find(test);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { all, find };
}

function parsed(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return {};
  }
}

const matches = (line: Record<string, unknown>, fields: Record<string, unknown>): boolean =>
  Object.entries(fields).every(([name, value]) => line[name] === value);

/** Asks until the answer has this status; the time-out of the test is the limit. */
export async function untilStatus(url: string, status: number): Promise<Response> {
  for (;;) {
    const response = await fetch(url);
    if (response.status === status) return response;
    await response.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
