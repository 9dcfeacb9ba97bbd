import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { fromShared } from './.ci/shared.ts';

/** Packages stay packages. */
const external = /^[^./]/;
const faces = { index: './src/index.ts', client: './src/client.ts' };

/**
 * `require` in the place of an `import()` of a package: Jest knows no `import()` in CommonJS, and a bundler looks for the
 * `try` that an optional peer stands in only around the very call.
 */
const requiring: Plugin = {
  name: 'requiring',
  renderChunk: (code) => code.replaceAll(/await import\((["'][^"']+["'])\)/g, 'require($1)'),
};

/**
 * The library as ES modules and as CommonJS, with types for each; and the command. All in a few files: the hundred small
 * ones of `src` take Node longer to find and to read than everything that is done with them until the first probe is
 * answered. What the three have in common, and what is no code to them, is in dist/shared.
 */
const config: RolldownOptions[] = defineConfig([
  {
    input: faces,
    platform: 'node',
    external,
    plugins: [fromShared],
    output: { dir: 'dist/esm', format: 'esm', chunkFileNames: '[name]-[hash].js' },
    logLevel: 'warn',
  },
  {
    input: faces,
    platform: 'node',
    external,
    plugins: [fromShared, requiring],
    output: {
      dir: 'dist/cjs',
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
    },
    logLevel: 'warn',
  },
  {
    input: faces,
    platform: 'node',
    external,
    plugins: [dts({ emitDtsOnly: true })],
    // The compiler takes its time.
    checks: { pluginTimings: false },
    output: { dir: 'dist/esm', format: 'esm', chunkFileNames: '[name]-[hash].js' },
    logLevel: 'warn',
  },
  {
    input: './src/cli/main.ts',
    platform: 'node',
    external,
    plugins: [fromShared],
    output: { dir: 'dist/cli', format: 'esm', chunkFileNames: '[name]-[hash].js' },
    logLevel: 'warn',
  },
]);
export default config;
