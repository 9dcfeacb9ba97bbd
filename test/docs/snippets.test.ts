import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings } from '../../src/config/settings.ts';
import { runCommand } from '../e2e/command.ts';
import { startService } from '../e2e/service.ts';
import { certificate } from '../servers/http.ts';
import { temporaryFolder } from '../servers/process.ts';
import { type Fence, fencesOf, pages, root, stepsOf } from './pages.ts';

const folder = temporaryFolder('snippets');
afterAll(() => folder.remove());
const write = (name: string, text: string): string => {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
};

/** Which test takes the blocks of each use: a block of no use would be tested by nobody. */
const takenBy: Readonly<Record<string, string>> = {
  sh: 'docs/words.test.ts',
  text: 'docs/snippets.test.ts',
  'text refusal': 'docs/snippets.test.ts',
  'yaml probity.yaml': 'docs/snippets.test.ts',
  'yaml openapi.yaml': 'docs/snippets.test.ts',
  'yaml probes.overlay.yaml': 'docs/snippets.test.ts',
  'yaml deployment.yaml': 'docs/deployments.test.ts',
  'yaml compose.yaml': 'docs/deployments.test.ts',
  'yaml kustomization.yaml': 'docs/deployments.test.ts',
  'js application': 'docs/snippets.test.ts',
  'js client': 'docs/snippets.test.ts',
  'js program': 'docs/observing.test.ts',
  'json log': 'docs/observing.test.ts',
  'console demo': 'docs/sessions.test.ts',
  'console session': 'docs/sessions.test.ts',
  'console kubernetes': 'docs/sessions.test.ts',
  'console mistake': 'docs/snippets.test.ts',
  'console manifest': 'e2e/advisor.test.ts',
  'console lint': 'e2e/advisor.test.ts',
};

const named = (info: string): [string, Fence][] => fencesOf(info).map((fence) => [fence.page, fence]);

describe('the blocks', () => {
  it('are each of a use that a test takes', () => {
    const uses = new Set(pages.flatMap(({ fences }) => fences.map(({ info }) => info)));
    expect([...uses].toSorted()).toEqual(Object.keys(takenBy).toSorted());
    for (const [info, file] of Object.entries(takenBy)) {
      const test = readFileSync(join(root, 'test', file), 'utf8');
      expect([info, /^(sh|text)$/.test(info) || test.includes(`('${info}')`)]).toEqual([info, true]);
    }
  });
});

describe('the configuration', () => {
  it.each(named('yaml probity.yaml'))('in %s is one', async (_, { text }) => {
    const { cert, key } = await certificate();
    const files: Record<string, string> = {
      '/run/secrets/probity-tokens': write('tokens', 'bob:a-token-of-bob-0123\n'),
      '/run/secrets/db/ca.pem': write('ca.pem', cert),
      '/run/secrets/db/client.pem': write('client.pem', cert),
      '/run/secrets/db/client.key': write('client.key', key),
    };
    const file = write(
      'probity.yaml',
      text.replaceAll(/\/run\/secrets\/\S+/g, (path) => files[path] ?? path),
    );
    const urls = { DATABASE_URL: 'postgres://app@db/shop', REDIS_URL: 'redis://cache', AMQP_URL: 'amqp://queue' };
    const env = { ...urls, FLEET_REDIS_URL: 'redis://fleet', ANN_TOKEN: 'a-token-of-ann-0123' };
    await expect(loadSettings({ file, env })).resolves.toMatchObject({ checks: expect.anything() });
  });

  it.each(named('console mistake'))('with the mistake of %s is refused in these words', async (_, fence) => {
    for (const { typed, printed } of stepsOf(fence)) {
      write('probity.yaml', 'port: 8000\nchecks:\n  database:\n    ulr: postgres://app@db/shop\n    kind: postgres\n');
      const { code, stdout, stderr } = await runCommand(typed.split(' ').slice(1), {}, { cwd: folder.path });
      expect([code, stdout, stderr]).toEqual([2, '', printed]);
    }
  });
});

/** How the answer of a probe that fails begins, by its path. */
const part: Readonly<Record<string, string>> = {
  '/healthz': '',
  '/actuator/health': '{"status":"DOWN","components":{"database":',
  '/health': '{"name":"shop","message":"',
};

describe('the document', () => {
  it.each(named('yaml openapi.yaml'))('in %s is honoured in every state', async (_, { text }) => {
    const args = ['contract', '--contract', write('openapi.yaml', text), '--samples'];
    const { code, stdout, stderr } = await runCommand(args, { DATABASE_URL: 'postgres://app@db/shop' });
    expect([code, stderr]).toEqual([0, '']);
    const [, path = ''] = /^ {2}(\/\S+):$/m.exec(text) ?? [];
    expect(stdout).toContain(`GET ${path} 503 ${part[path]}`);
  });

  it.each(named('yaml probes.overlay.yaml'))('gets a probe by the overlay in %s', async (_, { text }) => {
    const get = { operationId: 'healthz', responses: { 200: { description: 'ready' } } };
    const document = { openapi: '3.1.0', info: {}, paths: { '/healthz': { get } } };
    const contract = ['--contract', write('openapi.yaml', stringify(document))];
    const args = ['contract', ...contract, '--overlay', write('probes.overlay.yaml', text), '--samples'];
    const { code, stdout } = await runCommand(args, { DATABASE_URL: 'postgres://app@db/shop' });
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^GET \/healthz 503 while .*database is down/)]);
  });

  it.each(named('text refusal'))('that %s speaks of is refused in these words', async (_, { text }) => {
    const saying = (...words: string[]) => ({
      description: 'ready or not',
      content: { 'application/json': { schema: { type: 'object', properties: { status: { enum: words } } } } },
    });
    const responses = { 200: saying('OK', 'FINE'), 503: saying('down') };
    const get = { operationId: 'ready', 'x-probe': 'readiness', responses };
    const document = { openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths: { '/ready': { get } } };
    write('openapi.yaml', stringify(document));
    rmSync(join(folder.path, 'probity.yaml'), { force: true });
    const { code, stderr } = await runCommand(['contract', '--contract', 'openapi.yaml'], {}, { cwd: folder.path });
    expect([code, stderr]).toEqual([2, text]);
  });
});

const require = createRequire(import.meta.url);
const moduleAt = (path: string): string => JSON.stringify(pathToFileURL(path).href);

/** What a snippet takes from the application that it stands in. */
const application = `
import pg from ${moduleAt(require.resolve('pg'))};
import ioredis from ${moduleAt(require.resolve('ioredis'))};
import express from ${moduleAt(require.resolve('express'))};
const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });
const client = new ioredis.Redis({ lazyConnect: true, retryStrategy: () => null }).on('error', () => {});
const connection = undefined;
const app = express();
const messages = ['one'];
const work = async () => {};
`;

/** Runs a snippet as a program, on ports that are free, and ends it when its last line has run. */
async function runSnippet(text: string, before: string): Promise<string> {
  const code = text
    .replaceAll("'probity'", moduleAt(join(root, 'src/index.ts')))
    .replaceAll("'probity/client'", moduleAt(join(root, 'src/client.ts')))
    .replaceAll(/(listen\()\d+/g, '$10');
  const file = write('snippet.mjs', `${before}${code}\nconsole.log('end');\nprocess.exit(0);\n`);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file]);
  // Some show no checks, which is said.
  expect(stderr.replace(/^probity: nothing is watched: .*\n/, '')).toBe('');
  return stdout;
}

describe('the program', () => {
  it.each(named('js application'))('in %s runs', async (_, { text }) => {
    expect(await runSnippet(text, application)).toBe('end\n');
  });

  it.each(named('js client'))('in %s asks a service', async (_, { text }) => {
    const service = await startService({});
    const asking = text.replace('http://127.0.0.1:8000', service.url);
    expect(asking).not.toBe(text);
    expect(await runSnippet(`${asking}\nconsole.log(data, error);`, '')).toBe("{ status: 'ready' } undefined\nend\n");
    await service.stop();
  });
});
