import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
let folder: string;

const run = (command: string, args: readonly string[], cwd: string = folder): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);

/** The package as npm would get it, in a project of somebody's, built by `make build`. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'probity package '));
  const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], root));
  write('package.json', '{ "private": true }');
  const quietly = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  run('npm', ['install', ...quietly, `./${filename}`]);
  mkdirSync(join(folder, 'node_modules/@types'), { recursive: true });
  for (const types of ['node', 'pg'])
    symlinkSync(join(root, 'node_modules/@types', types), join(folder, 'node_modules/@types', types));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

const use = `
const probity = createProbity({ checks: { database: async () => {}, cache: redis('redis://127.0.0.1:1') } });
probity.listen(0, { host: '127.0.0.1', isolate: true }).then(async ({ port }) => {
  const health = await fetch('http://127.0.0.1:' + port + '/health');
  console.log(health.status, await health.text());
  const loaded = Object.keys(process.versions).length > 0;
  await probity.stop();
  console.log(loaded);
});
`;

describe('the package', () => {
  it('is used by import, isolated listener and all', () => {
    write('use.mjs', `import { createProbity, redis } from 'probity';${use}`);
    expect(run(process.execPath, ['use.mjs'])).toBe('200 {"status":"up"}\ntrue\n');
  });

  it('is used by require', () => {
    write('use.cjs', `const { createProbity, redis } = require('probity');${use}`);
    expect(run(process.execPath, ['use.cjs'])).toBe('200 {"status":"up"}\ntrue\n');
  });

  it('has the typed client', () => {
    write(
      'client.mjs',
      `import { createProbity } from 'probity';
      import { createClient, getReadiness } from 'probity/client';
      const probity = createProbity({ checks: { database: async () => { throw new Error(); } } });
      const { port } = await probity.listen(0, '127.0.0.1');
      const { error } = await getReadiness({ client: createClient({ baseUrl: 'http://127.0.0.1:' + port }) });
      console.log(error.status, error.detail);
      await probity.stop();`,
    );
    expect(run(process.execPath, ['client.mjs'])).toBe('503 Database not available\n');
  });

  it('has the command', () => {
    expect(run(join(folder, 'node_modules/.bin/probity'), ['--help'])).toContain('serve');
  });

  it('names the package that is missing for overlays', () => {
    write('openapi.json', '{"openapi":"3.1.0","info":{},"paths":{}}');
    const args = ['contract', '--contract', 'openapi.json', '--overlay', 'openapi.json'];
    const command = () => run(join(folder, 'node_modules/.bin/probity'), args);
    expect(command).toThrow(
      'probity: overlays need the package jsonpath-rfc9535: npm install jsonpath-rfc9535 [PROBITY_DRIVER]\n',
    );
  });

  it('brings at most eight packages beside the trees of Express and openapi-backend, and no driver', () => {
    const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { dependencies?: Record<string, string>; peer?: boolean; optional?: boolean }>;
    };
    const installed = Object.keys(packages).filter((path) => path !== '' && path !== 'node_modules/probity');
    const foreign = new Set<string>();
    const visit = (name: string): void => {
      for (const path of installed.filter((one) => one.endsWith(`node_modules/${name}`))) {
        if (foreign.has(path)) continue;
        foreign.add(path);
        for (const dependency of Object.keys(packages[path]?.dependencies ?? {})) visit(dependency);
      }
    };
    visit('express');
    visit('openapi-backend');
    const own = installed.filter((path) => !foreign.has(path));
    expect(own.length).toBeLessThanOrEqual(8);
    expect(installed.filter((path) => /\/(pg|ioredis|amqplib|pino)$/.test(path))).toEqual([]);
  });

  it.each([
    ['5.9', 'typescript5/bin/tsc'],
    ['6', 'typescript/bin/tsc6'],
    ['7', '@typescript/native/bin/tsc'],
  ])(
    'has types for TypeScript %s',
    (_, compiler) => {
      const code = `import { createProbity, postgres, type Probity } from 'probity';
      import type { Pool } from 'pg';
      declare const pool: Pool;
      export const probity: Probity = createProbity({ checks: { database: postgres(pool) }, probes: { readiness: ['database'] } });
      // @ts-expect-error: there is no such check.
      createProbity({ checks: { database: postgres(pool) }, probes: { readiness: ['databse'] } });
      // @ts-expect-error: there is no such option.
      createProbity({ colour: 'red' });`;
      write('esm.mts', code);
      write('cjs.cts', code);
      write(
        'client.mts',
        `import { createClient, getReadiness } from 'probity/client';
        const { data } = await getReadiness({ client: createClient({ baseUrl: 'http://127.0.0.1:8000' }) });
        export const status: 'ready' | undefined = data?.status;
        // @ts-expect-error: there is no such word.
        export const wrong: 'redy' | undefined = data?.status;`,
      );
      const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2024'];
      const module = ['--module', 'nodenext', '--types', 'node'];
      expect(
        run(process.execPath, [
          join(root, 'node_modules', compiler),
          ...options,
          ...module,
          'esm.mts',
          'cjs.cts',
          'client.mts',
        ]),
      ).toBe('');
    },
    60_000,
  );

  it('is what publint and Are the Types Wrong expect', () => {
    expect(run('publint', ['--strict'], root)).toContain('All good');
    expect(run('attw', ['--pack', '.', '--profile', 'esm-only', '--format', 'ascii'], root)).toContain(
      'node16 (from ESM)',
    );
  }, 60_000);
});

describe('an import of the package', () => {
  it('loads no driver, no Express and no validator compiler', () => {
    write(
      'loaded.mjs',
      `import { createRequire, registerHooks } from 'node:module';
      const urls = [];
      registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
      await import('probity');
      console.log(JSON.stringify(urls));`,
    );
    const urls: string[] = JSON.parse(run(process.execPath, ['loaded.mjs']));
    expect(urls.filter((url) => !url.startsWith('node:') && !url.includes('/node_modules/probity/'))).toEqual([]);
  });
});
