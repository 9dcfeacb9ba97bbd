// Bundles the file ENTRY into the folder OUT, and prints the file to run: node bundle.mjs BUNDLER ENTRY OUT.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative } from 'node:path';

const [name, entry, out] = process.argv.slice(2);
const require = createRequire(new URL('../../../examples/package.json', import.meta.url));
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

async function esbuild(format, extension) {
  const outfile = join(out, `bundle.${extension}`);
  const options = { entryPoints: [entry], bundle: true, platform: 'node', format, outfile, logLevel: 'error' };
  await require('esbuild').build(format === 'esm' ? { ...options, banner: { js: banner } } : options);
  return outfile;
}

async function webpack() {
  const compiler = require('webpack')({
    mode: 'production',
    devtool: false,
    optimization: { minimize: false },
    target: 'node',
    entry,
    output: { path: out, filename: 'bundle.cjs' },
  });
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, done) => (error === null ? resolve(done) : reject(error))),
  );
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return join(out, 'bundle.cjs');
}

async function rollup() {
  const plugin = (kind) => require(`@rollup/plugin-${kind}`);
  const plugins = [
    plugin('node-resolve').nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }),
    plugin('commonjs')(),
    plugin('json')(),
  ];
  const bundle = await require('rollup').rollup({ input: entry, plugins, logLevel: 'silent' });
  await bundle.write({ dir: out, format: 'es', entryFileNames: 'bundle.mjs', chunkFileNames: '[name].mjs' });
  return join(out, 'bundle.mjs');
}

/** As `ncc build` does it, in a process that takes no part in the cache of the machine. */
async function ncc() {
  const cli = join(dirname(require.resolve('@vercel/ncc/package.json')), 'dist/ncc/cli.js');
  execFileSync(process.execPath, [cli, 'build', entry, '--no-cache', '-q', '-o', out], { stdio: 'inherit' });
  return join(out, `index${extname(entry)}`);
}

/** What Next.js does for its standalone output: it copies the files that are found to be needed. */
async function trace() {
  const base = dirname(entry);
  const { fileList } = await require('@vercel/nft').nodeFileTrace([entry], { base });
  for (const file of fileList) {
    mkdirSync(dirname(join(out, file)), { recursive: true });
    cpSync(join(base, file), join(out, file), { dereference: true, recursive: true });
  }
  return join(out, relative(base, entry));
}

const bundlers = {
  'esbuild, ES modules': () => esbuild('esm', 'mjs'),
  'esbuild, CommonJS': () => esbuild('cjs', 'cjs'),
  webpack,
  rollup,
  ncc,
  'file tracing': trace,
};
mkdirSync(out, { recursive: true });
process.stdout.write(await bundlers[name]());
