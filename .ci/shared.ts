/** The modules of dist/shared: what the library in its two forms and the command have in common. */
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Plugin, rolldown } from 'rolldown';

const root = join(import.meta.dirname, '..');
const pages = 'src/server/pages';
const swagger = 'node_modules/swagger-ui-dist';
/** What swagger-ui's licence asks to go with it. */
const notices = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];

/** What looks for files or packages beside itself, by its place in src, and the module that is put in its place. */
const modules: Readonly<Record<string, () => string | Promise<string>>> = {
  'checks/http/ajv': requireAjv,
  'isolated/program': workerProgram,
  'server/pages/files': pageTexts,
};

/** Leads the imports of those to the modules in their place, as they are from dist/esm, dist/cjs and dist/cli. */
export const fromShared: Plugin = {
  name: 'from shared',
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith('.')) return null;
    const file = join(importer, '..', source);
    const name = Object.keys(modules).find((one) => file === join(root, 'src', `${one}.ts`));
    return name === undefined ? null : { id: `../shared/${basename(name)}.cjs`, external: 'absolute' };
  },
};

/** Writes them, in CommonJS: both forms of the library can load it, and what it requires is loaded when it is called. */
export async function writeShared(folder: string): Promise<void> {
  mkdirSync(join(folder, 'swagger-ui'), { recursive: true });
  for (const [name, code] of Object.entries(modules))
    writeFileSync(join(folder, `${basename(name)}.cjs`), `'use strict';\n${await code()}`);
  for (const name of notices) copyFileSync(join(root, swagger, name), join(folder, 'swagger-ui', name));
}

function requireAjv(): string {
  return "exports.loadAjv = () => ({ ...require('ajv/dist/2020.js'), formats: require('ajv-formats') });\n";
}

/** The worker thread as one script that needs nothing but Node. */
async function workerProgram(): Promise<string> {
  const bundle = await rolldown({ input: join(root, 'src/isolated/worker.ts'), platform: 'node', logLevel: 'warn' });
  const { output } = await bundle.generate({ format: 'iife', globals: (id) => `process.getBuiltinModule('${id}')` });
  await bundle.close();
  const [{ code, imports }, ...others] = output;
  const foreign = imports.filter((id) => !id.startsWith('node:'));
  if (foreign.length + others.length > 0)
    throw new Error(
      `Expected the worker thread to be one script without packages, got ${[...foreign, ...others.map(({ fileName }) => fileName)]}`,
    );
  return `exports.program = { eval: true, entry: ${JSON.stringify(code)} };\n`;
}

function pageTexts(): string {
  const own = globSync(`${pages}/*.{html,css,js}`, { cwd: root }).sort();
  const files = [
    ...own.map((file) => [basename(file), file]),
    ...['swagger-ui.css', 'swagger-ui-bundle.js'].map((name) => [`swagger-ui/${name}`, `${swagger}/${name}`]),
  ] as [name: string, file: string][];
  const texts = files.map(
    ([name, file]) => `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(join(root, file), 'utf8'))},\n`,
  );
  return `const texts = {\n${texts.join('')}};\nexports.textOf = (name) => texts[name];\n`;
}
