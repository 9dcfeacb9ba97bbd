import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pageAt } from '../docs/pages.ts';
import { installPackage, type Project, root, run as runIn, tools } from './installed.ts';

let project: Project;
beforeAll(() => {
  project = installPackage();
  project.add('@types/node');
}, 180_000);
afterAll(() => project.remove());

const write = (name: string, content: string): void => project.write(name, content);
const run = (command: string, args: readonly string[], cwd: string = project.path): string => runIn(command, args, cwd);

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
    expect(run(join(project.path, 'node_modules/.bin/probity'), ['--help'])).toContain('serve');
  });

  it('names the package that is missing for overlays', () => {
    write('openapi.json', '{"openapi":"3.1.0","info":{},"paths":{}}');
    const args = ['contract', '--contract', 'openapi.json', '--overlay', 'openapi.json'];
    const command = () => run(join(project.path, 'node_modules/.bin/probity'), args);
    expect(command).toThrow(
      'probity: overlays need the package jsonpath-rfc9535: npm install jsonpath-rfc9535 [PROBITY_DRIVER]\n',
    );
  });

  it('brings at most eight packages beside the trees of Express and openapi-backend, and no driver', () => {
    const { packages } = JSON.parse(readFileSync(join(project.path, 'package-lock.json'), 'utf8')) as {
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

  it('holds what its pages link to', () => {
    const packed = join(project.path, 'node_modules/probity');
    const pages = globSync(['*.md', 'docs/*.md', 'deploy/*.md'], { cwd: packed });
    expect(pages.length).toBeGreaterThan(15);
    const missing = pages.flatMap((page) =>
      pageAt(page)
        .links.map((link) => link.split('#')[0] as string)
        .filter((link) => link !== '' && !/^\w+:/.test(link) && !existsSync(join(packed, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(missing).toEqual([]);
  });

  it('is what publint and Are the Types Wrong expect, for every resolution', () => {
    expect(run('publint', ['--strict'], root)).toContain('All good');
    expect(run('attw', ['--pack', '.', '--format', 'ascii'], root)).toContain('No problems found');
  }, 60_000);
});

const typed = `import { createProbity, duration, http, postgres, type PostgresPool, type Probity, redis } from 'probity';
import { createServer } from 'node:http';
declare const pool: PostgresPool;
declare const url: string | undefined;
export const probity: Probity = createProbity({ checks: { database: postgres(pool) }, probes: { readiness: ['database'] } });
createServer(probity.handler);
createProbity({ checks: { ...(url ? { api: http(url) } : {}) }, shutdown: { drainDelay: duration(url, 'DRAIN_DELAY') } });
createProbity({ checks: { cache: redis('redis://127.0.0.1') }, log: undefined, maxEventLoopDelay: undefined, probes: undefined });
// @ts-expect-error: there is no such check.
createProbity({ checks: { database: postgres(pool) }, probes: { readiness: ['databse'] } });
// @ts-expect-error: there is no such option.
createProbity({ colour: 'red' });
`;
const client = `import { createClient, getReadiness } from 'probity/client';
export async function ask(): Promise<'ready' | undefined> {
  const { data } = await getReadiness({ client: createClient({ baseUrl: 'http://127.0.0.1:8000' }) });
  // @ts-expect-error: there is no such word.
  const wrong: 'redy' | undefined = data?.status;
  void wrong;
  return data?.status;
}
`;

const compilers: Readonly<Record<string, string>> = {
  '5.4': join(tools, 'typescript54/bin/tsc'),
  '5.9': join(root, 'node_modules/typescript5/bin/tsc'),
  '6': join(root, 'node_modules/typescript/bin/tsc6'),
  '7': join(root, 'node_modules/@typescript/native/bin/tsc'),
};
const eitherForm = ['typed.mts', 'typed.cts', 'client.mts', 'client.cts'];
/** What a `.ts` file is: CommonJS, as in most projects of NestJS and of Jest. */
const resolutions: Readonly<Record<string, readonly string[]>> = {
  node10: ['--module', 'commonjs', '--moduleResolution', 'node10', 'typed.ts', 'client.ts'],
  'node10, deprecated': [
    '--module',
    'commonjs',
    '--moduleResolution',
    'node10',
    '--ignoreDeprecations',
    '6.0',
    'typed.ts',
  ],
  node16: ['--module', 'node16', ...eitherForm],
  nodenext: ['--module', 'nodenext', ...eitherForm],
  bundler: ['--module', 'esnext', '--moduleResolution', 'bundler', 'typed.ts', 'client.ts'],
};

describe('the types', () => {
  it.each([
    ['5.4', 'node10'],
    ['5.4', 'node16'],
    ['5.9', 'nodenext'],
    ['6', 'node10, deprecated'],
    ['6', 'bundler'],
    ['7', 'nodenext'],
    ['7', 'bundler'],
  ])(
    'are read by TypeScript %s with %s resolution, every declaration checked',
    (version, resolution) => {
      for (const extension of ['ts', 'mts', 'cts']) {
        write(`typed.${extension}`, typed);
        write(`client.${extension}`, client);
      }
      const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
      const target = ['--target', 'es2022', '--types', 'node', '--pretty', 'false'];
      const compiled = [compilers[version] as string, ...options, ...target, ...(resolutions[resolution] as string[])];
      expect(outputOf(process.execPath, compiled)).toBe('');
    },
    60_000,
  );
});

/** What a program says, whether it fails or not. */
function outputOf(command: string, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { cwd: project.path, encoding: 'utf8', timeout: 60_000 });
  return stdout + stderr;
}

describe('a test runner', () => {
  const body = `
test('probity', async () => {
  const probity = createProbity({ checks: { api: http('http://127.0.0.1:1/', { schema: {} }), cache: redis('redis://127.0.0.1:1') } });
  const { port } = await probity.listen(0, { host: '127.0.0.1', isolate: true });
  const statuses = [];
  for (const path of ['/health', '/checks']) statuses.push((await fetch(\`http://127.0.0.1:\${port}\${path}\`)).status);
  await probity.stop();
  if (statuses.join() !== '200,200') throw new Error(statuses.join());
});
`;
  const imported = "import { createProbity, http, redis } from 'probity';";
  const required = "const { createProbity, http, redis } = require('probity');";

  it('is Jest, as it comes', () => {
    write('jest.test.js', `${required}${body}`);
    const jest = join(tools, 'jest/bin/jest.js');
    const said = outputOf(process.execPath, [
      jest,
      '--rootDir',
      project.path,
      '--runInBand',
      '--no-cache',
      'jest.test.js',
    ]);
    expect(said).toContain('Tests:       1 passed, 1 total');
  }, 60_000);

  it('is node:test', () => {
    write('node.mjs', `import { test } from 'node:test';${imported}${body}`);
    expect(outputOf(process.execPath, ['--test', 'node.mjs'])).toMatch(/pass 1\n.*fail 0/);
  }, 60_000);

  it('is vitest', () => {
    write('vitest.test.mjs', `import { test } from 'vitest';${imported}${body}`);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const config = ['--root', project.path, '--no-color', 'vitest.test.mjs'];
    expect(outputOf(process.execPath, [vitest, 'run', ...config])).toMatch(/Tests +1 passed/);
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

  it.each([
    ['an import', "await import('probity');"],
    ['a require', "createRequire(import.meta.url)('probity');"],
  ])('leaves the process as it was: %s', (_, load) => {
    write(
      'quiet.mjs',
      `import { createRequire } from 'node:module';
      const seen = () => [process.eventNames(), process.getActiveResourcesInfo().sort(), Object.keys(globalThis), Object.keys(process.env)];
      const before = JSON.stringify(seen());
      ${load}
      console.log(JSON.stringify(seen()) === before);`,
    );
    expect(run(process.execPath, ['quiet.mjs'])).toBe('true\n');
  });
});
