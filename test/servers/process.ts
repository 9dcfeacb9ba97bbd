import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A server of our own, on a port of its own, with its data in a temporary folder. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** What it printed since its last start. */
  output(): string;
  /** Starts a stopped or killed server again, on the same port and data, and waits until it is ready. */
  start(): Promise<void>;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** SIGKILL to all its processes. */
  kill(): Promise<void>;
  /** SIGSTOP to all its processes: the kernel still accepts connections, nobody answers. */
  freeze(): void;
  thaw(): void;
  /** Ends it, and removes its data. */
  dispose(): Promise<void>;
}

export interface Command {
  path: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** The user to run as, when this process is root. */
  user?: string;
  /** In the output, when the server is ready. */
  ready: RegExp | ((port: number) => Promise<void>);
  port: number;
  /** The signal that ends it in order. */
  stopSignal: NodeJS.Signals;
}

export interface RunningServer extends Omit<Server, 'url' | 'dispose'> {
  readonly pid: number | undefined;
  /** Resolves when it has printed this. */
  printed(pattern: RegExp): Promise<void>;
}

/** A server process that can be started, stopped, killed and frozen. It never outlives this process. */
export function serverProcess(command: Command): RunningServer {
  let child: ChildProcess | undefined;
  let output = '';
  let listeners: (() => void)[] = [];

  function printed(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        if (pattern.test(output)) resolve();
        else if (child?.exitCode !== null || child.signalCode !== null)
          reject(new Error(`${command.path} ended: ${output}`));
        else return false;
        return true;
      };
      if (!look()) listeners.push(() => look());
    });
  }

  function launch(): void {
    const [path, ...args] = [...asUser(command.user), command.path, ...command.args] as [string, ...string[]];
    const env = command.env ? { ...command.env } : process.env;
    output = '';
    listeners = [];
    const started = spawn(path, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env, cwd: '/' });
    child = started;
    const hear = (): void => {
      for (const listener of listeners) listener();
    };
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
        hear();
      });
    }
    started.on('error', (error) => {
      output += error.message;
      hear();
    });
    started.on('exit', hear);
    atExit(killNow);
  }

  function killNow(): void {
    signalTree(child, 'SIGKILL');
  }

  async function ended(): Promise<void> {
    const { pid, exitCode, signalCode } = child ?? {};
    if (child && pid !== undefined && exitCode === null && signalCode === null) {
      await new Promise((resolve) => child?.once('close', resolve));
    }
    noLongerAtExit(killNow);
  }

  return {
    get pid() {
      return child?.pid;
    },
    port: command.port,
    output: () => output,
    printed,
    async start() {
      launch();
      const { ready, port } = command;
      if (ready instanceof RegExp) await printed(ready);
      else await ready(port);
    },
    async stop() {
      signalTree(child, 'SIGCONT');
      if (isAlive(child)) child.kill(command.stopSignal);
      await ended();
    },
    async kill() {
      killNow();
      await ended();
    },
    freeze: () => signalTree(child, 'SIGSTOP'),
    thaw: () => signalTree(child, 'SIGCONT'),
  };
}

function isAlive(child: ChildProcess | undefined): child is ChildProcess & { pid: number } {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/**
 * Signals a child and all that it started: PostgreSQL's backends, for one, are each a process group of their own. The
 * child is not reaped yet, so its number can't belong to anybody else.
 */
function signalTree(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (!isAlive(child)) return;
  // Stopped first, it starts no process while its processes are counted.
  if (signal !== 'SIGCONT') send(child.pid, 'SIGSTOP');
  for (const pid of descendants(child.pid)) send(pid, signal);
  send(child.pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [...(children.get(root) ?? [])];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the command, in brackets, may hold anything; the state and the parent follow.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

/**
 * The beginning of a command line that runs the rest as `user`, if we are root, and has the kernel kill it when this
 * process dies without a chance to clean up.
 */
export function asUser(user?: string): string[] {
  const identity = user && process.getuid?.() === 0 ? [`--reuid=${user}`, `--regid=${user}`, '--init-groups'] : [];
  return ['setpriv', '--pdeathsig=KILL', ...identity, '--'];
}

/** The path of an installed program, looked for in `folders` and then in PATH. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  const path = [...folders, ...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/sbin'];
  return path.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

/** Like `findProgram`, but a missing program is an error. */
export function program(name: string, folders: readonly string[] = []): string {
  const found = findProgram(name, folders);
  if (found === undefined) throw new Error(`${name} is not installed: run "make servers"`);
  return found;
}

/** A folder that is removed by `remove`, or else when this process ends. */
export function temporaryFolder(name: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `probity-${name}-`));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  atExit(removeNow);
  return {
    path,
    remove() {
      noLongerAtExit(removeNow);
      removeNow();
    },
  };
}

/** Resolves as soon as something accepts connections on the port. */
export async function accepting(port: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await canConnect(port))) {
    if (performance.now() > deadline) throw new Error(`Nothing listens on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

const cleanUps: (() => void)[] = [];

/** Servers are killed before their folders are removed: the last comes first. */
function atExit(cleanUp: () => void): void {
  if (cleanUps.includes(cleanUp)) return;
  if (cleanUps.length === 0) {
    process.once('exit', cleanUpAll);
    for (const signal of signals) process.once(signal, interrupted);
  }
  cleanUps.unshift(cleanUp);
}

function noLongerAtExit(cleanUp: () => void): void {
  const index = cleanUps.indexOf(cleanUp);
  if (index === -1) return;
  cleanUps.splice(index, 1);
  if (cleanUps.length > 0) return;
  process.off('exit', cleanUpAll);
  for (const signal of signals) process.off(signal, interrupted);
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function cleanUpAll(): void {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
}

/** Cleans up, and then dies of the signal as if nobody had caught it, unless somebody else has. */
function interrupted(signal: NodeJS.Signals): void {
  cleanUpAll();
  for (const other of signals) process.off(other, interrupted);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
