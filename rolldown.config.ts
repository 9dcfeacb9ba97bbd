import { dirname, join, relative } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const root = import.meta.dirname;

/** What looks for files beside itself stays the file that the compiler has made of it. */
const leftInPlace: Plugin = {
  name: 'left in place',
  resolveId(source, importer) {
    if (importer === undefined || !/\/(pages\/pages|isolated\/parent)\.ts$/.test(source)) return null;
    const file = relative(join(root, 'src'), join(dirname(importer), source));
    // As it is from dist/src/cli.
    return { id: `../${file.replace(/\.ts$/, '.js')}`, external: 'absolute' };
  },
};

/**
 * The command in a few files: the hundred small ones of `src` take Node longer to find and to read than everything that
 * is done with them until the first probe is answered. Packages stay packages.
 */
const config: RolldownOptions = defineConfig({
  input: 'src/cli/main.ts',
  platform: 'node',
  external: /^[^./]/,
  plugins: [leftInPlace],
  output: { dir: 'dist/src/cli', format: 'esm', chunkFileNames: '[name]-[hash].js' },
  logLevel: 'warn',
});
export default config;
