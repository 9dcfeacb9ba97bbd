import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A server under measurement, in a process of its own. */
export interface BenchServer {
  readonly port: number;
  /** User and system time that its process has used so far, in microseconds. */
  cpu(): Promise<number>;
  /** What its process answers when asked; `cpu` alone unless its file says otherwise. */
  figures<Figures>(): Promise<Figures>;
  stop(): Promise<void>;
}

const folder = import.meta.dirname;
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts `servers/NAME.ts`, and waits until it listens. */
export async function startServer(name: string, env: Readonly<Record<string, string>> = {}): Promise<BenchServer> {
  const child = fork(`${folder}/servers/${name}.ts`, {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  remember(child);
  const ended = new Promise<never>((_, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  ended.catch(() => {});
  const answer = <Message>(): Promise<Message> =>
    Promise.race([ended, new Promise<Message>((resolve) => child.once('message', resolve as () => void))]);
  const { port } = await answer<{ port: number }>();
  const figures = <Figures>(): Promise<Figures> => {
    child.send('figures?');
    return answer<Figures>();
  };
  return { port, figures, cpu: async () => (await figures<{ cpu: number }>()).cpu, stop: () => end(child) };
}

/** Starts a program with `node`, and does not wait for anything. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: environment(env),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  remember(child);
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function remember(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** The same for everybody: nothing but what is given. */
const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH ?? '',
  NODE_ENV: 'production',
  ...env,
});
