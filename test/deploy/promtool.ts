import { spawnSync } from 'node:child_process';
import { program } from '../servers/process.ts';

/** Runs promtool; what it says on both streams, with how it ended. */
export function promtool(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program('promtool'), args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}
