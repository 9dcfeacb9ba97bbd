/** Compiles the package into dist/: the library file by file, the command in a few files, the pages beside what serves them. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const pages = 'src/server/pages';
const swagger = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'LICENSE', 'NOTICE'];

/** Runs the program of a package; by its file, as the link to it is none on Windows. */
function run(program: string, ...args: string[]): void {
  const { status, stdout } = spawnSync(process.execPath, [join('node_modules', program), ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) return;
  console.error(stdout);
  process.exit(1);
}

function copy(files: readonly string[], folder: string): void {
  mkdirSync(join(root, folder), { recursive: true });
  for (const file of files) copyFileSync(join(root, file), join(root, folder, basename(file)));
}

rmSync(join(root, 'dist'), { recursive: true, force: true });
run('@typescript/native/bin/tsc', '-p', 'tsconfig.build.json');
rmSync(join(root, 'dist/src/cli'), { recursive: true });
run('rolldown/bin/cli.mjs', '--config', 'rolldown.config.ts');
copy(globSync(`${pages}/*.{html,css,js}`, { cwd: root }), `dist/${pages}`);
copy(
  swagger.map((name) => `node_modules/swagger-ui-dist/${name}`),
  `dist/${pages}/swagger-ui`,
);
