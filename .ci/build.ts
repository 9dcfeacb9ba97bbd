/** Bundles the package into dist/: the library in two forms, with types for each, the command, and what they share. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeShared } from './shared.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
await writeShared(join(dist, 'shared'));
// By its file, as the link to it is none on Windows.
const rolldown = ['node_modules/rolldown/bin/cli.mjs', '--config', 'rolldown.config.ts'];
const { status, stdout } = spawnSync(process.execPath, rolldown, {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) {
  console.error(stdout);
  process.exit(1);
}
// Each is one file that imports nothing of ours, so it says the same of either form.
for (const face of ['index', 'client']) copyFileSync(join(dist, `esm/${face}.d.ts`), join(dist, `cjs/${face}.d.cts`));
