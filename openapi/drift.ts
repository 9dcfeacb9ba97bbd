/** Fails when generated/ is not what openapi/ says: derives it anew, and names each file that differs. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');
const committed = 'generated';
// Within the repository, as what is generated finds its packages there.
const derived = '.tools/drift';

/** The files of a folder, with what is in them. */
const read = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [relative(join(root, folder), path), readFileSync(path, 'utf8')]),
  );

const { status } = spawnSync(process.execPath, ['openapi/generate.ts', derived], { cwd: root, stdio: 'inherit' });
if (status !== 0) process.exit(1);
const [before, after] = [read(committed), read(derived)];
rmSync(join(root, derived), { recursive: true });
const differing = [...new Set([...before.keys(), ...after.keys()])].filter(
  (file) => before.get(file) !== after.get(file),
);
for (const file of differing.sort()) console.error(`${committed}/${file} is not what openapi/ says: npm run generate`);
process.exitCode = differing.length === 0 ? 0 : 1;
