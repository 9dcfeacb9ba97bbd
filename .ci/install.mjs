/**
 * Installs what the lock file of a folder says, unless that is there already.
 *
 *   node .ci/install.mjs [FOLDER]
 *
 * Plain JavaScript that any Node reads: it is what says that a Node is too old for the rest.
 */
import { spawnSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Expected Node.js 22.18 or later, got ${process.version}: install a newer one, or use make, which brings its own`,
  );
  process.exit(1);
}

const folder = join(import.meta.dirname, '..', process.argv[2] ?? '.');
/** What npm writes when it is done. */
const installed = join(folder, 'node_modules/.package-lock.json');
const changedAt = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const wanted = Math.max(...['package.json', 'package-lock.json'].map((name) => changedAt(join(folder, name))));
if (changedAt(installed) <= wanted) {
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // Within a script of npm's, the npm that runs it; on Windows there is no other way without a shell.
  const { npm_execpath: npm = '' } = process.env;
  const command = basename(npm) === 'npm-cli.js' ? [process.execPath, npm, ...args] : ['npm', ...args];
  const { status, error } = spawnSync(command[0], command.slice(1), { cwd: folder, stdio: 'inherit' });
  if (error) console.error(`Expected to run npm: ${error.message}`);
  if (status !== 0) process.exit(1);
  utimesSync(installed, new Date(), new Date());
}
