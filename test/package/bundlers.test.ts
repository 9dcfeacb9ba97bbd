import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installPackage, type Project } from './installed.ts';

const applications = join(import.meta.dirname, 'applications');
let project: Project;
/** Where nothing is installed. */
let elsewhere: string;

const node = async (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)(process.execPath, args, { cwd: elsewhere, timeout: 110_000 });

beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'probity bundles '));
  project = installPackage();
  project.add('ioredis');
  cpSync(join(applications, 'application.mjs'), join(project.path, 'application.mjs'));
  const code = readFileSync(join(applications, 'application.mjs'), 'utf8');
  project.write('application.cjs', code.replaceAll(/^import (.*) from ('.*');$/gm, 'const $1 = require($2);'));
}, 180_000);
afterAll(() => {
  project.remove();
  rmSync(elsewhere, { recursive: true });
});

/** What the application says of itself wherever it runs, with ioredis at hand and pg not. */
const said = {
  checks: { api: 'up', cache: 'refused', database: 'unavailable' },
  'isolated /health': 200,
  'isolated /startup': 200,
  'isolated /internal/ready': 204,
  '/health': 200,
  '/metrics': 200,
  metrics: true,
  '/docs': 200,
  swagger: true,
  '/': 200,
  '/openapi.json': 200,
  '/faults': 404,
  wrong: 'PROBITY_OPTION',
};
const complaint = "The check needs the package pg: install pg { check: 'database' }\n";

describe.each([
  ['esbuild, ES modules', 'mjs'],
  ['esbuild, CommonJS', 'cjs'],
  ['webpack', 'mjs'],
  ['rollup', 'mjs'],
  ['ncc', 'cjs'],
  ['file tracing', 'mjs'],
])('an application that is bundled by %s from %s', (bundler, form) => {
  it('has probes, an isolated listener, checks, a schema, metrics and pages', { timeout: 240_000 }, async () => {
    const out = join(elsewhere, `${bundler} ${form}`);
    const entry = join(project.path, `application.${form}`);
    const bundle = await node(join(applications, 'bundle.mjs'), bundler, entry, out);
    expect(bundle.stderr).toBe('');
    const { stdout, stderr } = await node(bundle.stdout);
    expect(JSON.parse(stdout)).toEqual(said);
    expect(stderr).toBe(complaint);
  });
});
