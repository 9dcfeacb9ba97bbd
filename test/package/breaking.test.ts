import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../servers/process.ts';

const root = join(import.meta.dirname, '../..');
const temporary = temporaryFolder('breaking');
beforeAll(() => mkdirSync(temporary.path, { recursive: true }));
afterAll(() => temporary.remove());

const document = readFileSync(join(root, 'openapi/probity.yaml'), 'utf8');
const write = (name: string, text: string): string => {
  writeFileSync(join(temporary.path, name), text);
  return join(temporary.path, name);
};

/** What is said of a change of the contract, with a changelog. */
function judged(now: string, unreleased: string): [code: number | null, stderr: string] {
  const files = [
    write('old.yaml', document),
    write('new.yaml', now),
    write('log.md', `# Log\n\n## Unreleased\n\n${unreleased}`),
  ];
  const { status, stderr } = spawnSync(process.execPath, ['.ci/breaking.ts', ...files], {
    cwd: root,
    encoding: 'utf8',
  });
  return [status, stderr];
}

const withoutMetrics = document.replace(/^ {2}\/metrics:/m, '  /figures:');

it('holds the contract against that of the last release, and takes what is announced', { timeout: 120_000 }, () => {
  expect(withoutMetrics).not.toBe(document);
  expect(judged(document, '')).toEqual([0, '']);
  const [code, stderr] = judged(withoutMetrics, '- `/metrics` is called otherwise.\n');
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /old\.yaml:\d+:\d+: GET \/metrics: is no longer declared: who asks for it gets a 404 \(clients\)\n/,
  );
  expect(stderr).toContain('Announce what is meant by a **Changed:** under Unreleased in');
  expect(judged(withoutMetrics, '- **Changed:** `/metrics` is `/figures`.\n')).toEqual([0, '']);
});

it('has nothing unannounced now', { timeout: 60_000 }, () => {
  const { status, stderr } = spawnSync(process.execPath, ['.ci/breaking.ts'], { cwd: root, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
