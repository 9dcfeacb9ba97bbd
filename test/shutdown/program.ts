import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { environment } from '../environment.ts';

/** A program in a process of its own, that says what it does line by line. */
export interface Program {
  readonly lines: readonly string[];
  /** Resolves with the first line, from the start on, that has this text in it. */
  said(text: string): Promise<string>;
  /** Resolves with the port of the first line that begins with `name`: `app 8080`. */
  port(name: string): Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

/** Starts a script with this environment alone. */
export function startProgram(
  script: string,
  env: Record<string, string> = {},
  cwd?: string,
  args: readonly string[] = [],
): Program {
  return programOf(
    spawn(process.execPath, [script, ...args], {
      cwd,
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

/** The same with a process that has been started otherwise; what it prints elsewhere than to a pipe is not read. */
export function programOf(child: ChildProcess): Program {
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => {
    process.off('exit', end);
    return (code ?? signal) as number | string;
  });
  const said = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((line) => line.includes(text));
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
      exited.then((code) => reject(new Error(`Ended with ${code} without "${text}":\n${lines.join('\n')}`)));
    });
  return {
    lines,
    said,
    port: async (name) => Number(/(\d+)\D*$/.exec(await said(name))?.[1]),
    kill: (signal) => void child.kill(signal),
    exited,
  };
}
