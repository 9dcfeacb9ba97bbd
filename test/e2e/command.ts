import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { environment } from '../environment.ts';

/** What a command came to. */
export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface Command {
  readonly ended: Promise<Ended>;
  /** Resolves when standard output has this; rejects when the command ends without. */
  printed(pattern: RegExp): Promise<void>;
  /** What a person types on the terminal. */
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
}

const root = join(import.meta.dirname, '../..');
export const program: string = join(root, 'src/cli/main.ts');

export interface Circumstances {
  /** The working folder; that of the project when left out. */
  readonly cwd?: string;
  /** What comes over standard input. */
  readonly input?: string;
}

/** Starts `probity …` with this environment alone. */
export function startCommand(
  args: readonly string[],
  env: Record<string, string> = {},
  { cwd = root, input = '' }: Circumstances = {},
): Command {
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...environment, ...env } });
  // A command that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {}).end(input);
  return commandOf(child);
}

/** The same on a terminal; what it draws is in `stdout`. */
export function startOnTerminal(args: readonly string[], env: Record<string, string> = {}): Command {
  // Control-C goes to whoever is on the terminal, and no shell is to stay there.
  const line = `exec ${[process.execPath, program, ...args].map((word) => `'${word}'`).join(' ')}`;
  return commandOf(
    spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
      cwd: root,
      env: { ...environment, TERM: 'xterm', SHELL: '/bin/sh', ...env },
      // With nothing to read it would tell the command that the terminal is gone.
      stdio: ['pipe', 'pipe', 'pipe'],
    }),
  );
}

/** Runs `probity …` to its end. */
export const runCommand = (
  args: readonly string[],
  env?: Record<string, string>,
  circumstances?: Circumstances,
): Promise<Ended> => startCommand(args, env, circumstances).ended;

function commandOf(child: ChildProcess): Command {
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    process.off('exit', end);
    return { code: code ?? signal, stdout, stderr };
  });
  return {
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(stdout)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`Expected ${pattern} in: ${stdout}${stderr}`)));
      }),
    type: (text) => void child.stdin?.write(text),
    kill: (signal) => void child.kill(signal),
  };
}
