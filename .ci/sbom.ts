/**
 * Prints what the package runs on, as CycloneDX, from the lock file.
 *
 * `npm sbom --omit=dev` of a folder where everything is installed leaves out what the tools need as well (npm 11), so this
 * installs what runs in a folder of its own.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { devDependencies: _, ...content } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const parent = mkdtempSync(join(tmpdir(), 'sbom-'));
// npm takes the name of the folder for that of what is in it.
const folder = join(parent, content.name);

function npm(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

try {
  mkdirSync(folder);
  for (const name of ['package-lock.json', '.npmrc']) copyFileSync(join(root, name), join(folder, name));
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  npm('ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline');
  writeFileSync(join(folder, 'package.json'), JSON.stringify(content));
  process.stdout.write(npm('sbom', '--sbom-format=cyclonedx'));
} finally {
  rmSync(parent, { recursive: true });
}
