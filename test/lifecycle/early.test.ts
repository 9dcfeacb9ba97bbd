import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asUser } from '../servers/process.ts';

const command = [process.execPath, join(import.meta.dirname, '../../src/cli/main.ts'), 'serve'];
const env = { PATH: process.env.PATH ?? '', PORT: '0', LOG_LEVEL: 'silent' };

/** Whether a process takes SIGTERM by itself, in place of the default. */
function catchesTerm(pid: number): boolean {
  const [, caught = '0'] = /^SigCgt:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return (BigInt(`0x${caught}`) >> 14n) % 2n === 1n;
}

const childOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ', 1)[0]);

async function until<Value>(look: () => Value | false): Promise<Value> {
  for (;;) {
    const found = look();
    if (found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const ways: Readonly<Record<string, () => { child: ChildProcess; pid(): Promise<number> }>> = {
  'a process': () => {
    const child = spawn(command[0] as string, command.slice(1), { env, stdio: 'ignore' });
    return { child, pid: async () => child.pid as number };
  },
  'the first process of a container': () => {
    const [setpriv, ...rest] = asUser() as [string, ...string[]];
    const child = spawn(setpriv, [...rest, 'unshare', '--pid', '--fork', '--kill-child', ...command], {
      env,
      stdio: 'ignore',
    });
    // `setpriv` becomes `unshare`, which starts the first process of the namespace.
    return { child, pid: () => until(() => childOf(child.pid as number) || false) };
  },
};

describe.each(Object.entries(ways))('a start as %s', (_, start) => {
  it.each([0, 5, 20, 60, 150, 400])(
    'is ended with 0 by SIGTERM %i ms after the program has begun',
    { timeout: 60_000 },
    async (ms) => {
      const { child, pid } = start();
      const exited = once(child, 'exit');
      const first = await pid();
      await until(() => catchesTerm(first));
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      const began = performance.now();
      process.kill(first, 'SIGTERM');
      expect(await exited).toEqual([0, null]);
      // No drain delay: nobody counts on it before it listens. Afterwards the default is kept.
      expect(performance.now() - began).toBeLessThan(15_000);
    },
  );
});
