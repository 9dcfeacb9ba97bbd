import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asUser } from '../servers/process.ts';

const command = [process.execPath, join(import.meta.dirname, '../../src/cli/main.ts'), 'serve'];

/**
 * Tells on standard error when somebody has begun to listen for SIGTERM. /proc does not: Node has a handler of its own
 * from the beginning, which lets the process die of it, and the first process of a container cannot.
 */
const tellTerm = `data:text/javascript,${encodeURIComponent(`
import { writeSync } from 'node:fs';
const { on } = process;
process.on = function (event, listener) {
  on.call(this, event, listener);
  if (event === 'SIGTERM') writeSync(2, 'takes SIGTERM\\n');
  return this;
};`)}`;

const env = {
  PATH: process.env.PATH ?? '',
  PORT: '0',
  EXTERNAL_SERVICE_URL: 'http://127.0.0.1:9',
  LOG_LEVEL: 'silent',
  DRAIN_DELAY: '10ms',
  NODE_OPTIONS: `--import=${tellTerm}`,
};

const [setpriv, ...asUsual] = asUser() as [string, ...string[]];
const ways: Readonly<Record<string, readonly string[]>> = {
  'a process': [],
  'the first process of a container': ['unshare', '--pid', '--fork', '--kill-child'],
};

/** What makes a namespace for a process stays beside it as its parent. */
function innermost(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return child === undefined ? pid : innermost(Number(child));
}

function start(prefix: readonly string[]): ChildProcess {
  return spawn(setpriv, [...asUsual, ...prefix, ...command], { env, stdio: ['ignore', 'ignore', 'pipe'] });
}

describe.each(Object.entries(ways))('a start as %s', (_, prefix) => {
  it.each([0, 5, 20, 60, 150, 400, 1_000])(
    'is ended with 0 by SIGTERM %i ms after the program has begun',
    { timeout: 60_000 },
    async (ms) => {
      const child = start(prefix);
      const exited = once(child, 'exit');
      await once(child.stderr as NodeJS.ReadableStream, 'data');
      if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
      process.kill(innermost(child.pid as number), 'SIGTERM');
      expect(await exited).toEqual([0, null]);
    },
  );
});
