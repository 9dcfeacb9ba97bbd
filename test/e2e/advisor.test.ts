import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { fencesOf, stepsOf } from '../docs/pages.ts';
import { type Ended, runCommand } from './command.ts';

const root = join(import.meta.dirname, '../..');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'probity-advisor-'));
  await write('empty.yaml', '{}');
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the command in a folder of its own, unless another one is named. */
const probity = (args: string[], env: Record<string, string> = {}, cwd: string = folder): Promise<Ended> =>
  runCommand(args, env, { cwd });

const write = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);

const configuration = `
maxEventLoopDelay: 20s
shutdown: { drainDelay: 10s, deadline: 50s }
checks:
  database: { kind: postgres, url: "\${DATABASE_URL}", requiredFor: startup, timeout: 2s }
`;
const env = { DATABASE_URL: 'postgres://app:hunter2@db/app' };

describe('probity manifest', () => {
  it('prints stanzas that probity lint has nothing to say of', async () => {
    await write('probity.yaml', configuration);
    const { code, stdout } = await probity(['manifest'], env);
    expect(code).toBe(0);
    expect(stdout).toContain('terminationGracePeriodSeconds: 55 # shutdown.deadline 50 s');
    expect(stdout).not.toContain('hunter2');
    const [spec, services] = parseAllDocuments(stdout).map((document) => document.toJS());
    await write('pod.yaml', stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'shop' }, spec }));
    services.services.app.image = 'shop:1.0.0';
    await write('compose.yaml', stringify(services));
    const linted = await probity(['lint', 'pod.yaml', 'compose.yaml', '--container', 'app'], env);
    expect(linted.stdout).toBe('0 errors, 0 warnings in app (Pod shop), app (service)\n');
    expect(linted.code).toBe(0);
  });

  it('follows another configuration, another contract and the environment', async () => {
    await write('other.yaml', 'port: 9000');
    const actuator = join(root, 'test/contract/documents/actuator.yaml');
    const args = ['manifest', '--config', 'other.yaml', '--contract', actuator];
    const { stdout } = await probity(args);
    expect(stdout).toContain('path: /actuator/health/liveness # x-probe: liveness');
    expect(stdout).toContain('http://127.0.0.1:9000/actuator/health');
    expect(stdout).not.toContain('path: /ready');
    expect((await probity([...args, '--merge'])).stdout).toContain('path: /startup # x-probe: startup');
    expect((await probity(args, { PORT: '9100' })).stdout).toContain('containerPort: 9100');
  });

  it('prints the container to put beside somebody else’s', async () => {
    await write('beats.yaml', 'heartbeats: { consumer: 30s }');
    const { stdout } = await probity(['manifest', '--sidecar', '--config', 'beats.yaml']);
    const [sidecar, application] = parseAllDocuments(stdout).map((document) => document.toJS());
    expect(sidecar.initContainers[0]).toMatchObject({ name: 'probity', restartPolicy: 'Always' });
    expect(application.containers[0]).toMatchObject({ livenessProbe: { httpGet: { path: '/health', port: 8000 } } });
  });

  it('prints values and reasons for a machine', async () => {
    const { stdout } = await probity(['manifest', '--json', '--config', 'other.yaml']);
    const { kubernetes, compose } = JSON.parse(stdout);
    expect(kubernetes.stanza.terminationGracePeriodSeconds).toBe(30);
    expect(kubernetes.reasons).toContainEqual({
      path: ['containers', 0, 'readinessProbe', 'httpGet', 'path'],
      value: '/ready',
      why: 'x-probe: readiness',
    });
    expect(compose.stanza.services.app.stop_grace_period).toBe('30s');
  });

  it.each([
    [{ PORT: '0' }, 'probity: Expected a `port` that probes can be told of, got `0` [PROBITY_OPTION]\n'],
    [
      { DRAIN_DELAY: '1m' },
      'probity: Expected `shutdown.deadline` to be longer than `drainDelay` (60000ms), got `25000ms` [PROBITY_OPTION]\n',
    ],
  ])('refuses in one line what the service could not be told of: %j', async (mistake, message) => {
    const { code, stdout, stderr } = await probity(['manifest', '--config', 'empty.yaml'], mistake);
    expect([code, stdout, stderr]).toEqual([2, '', message]);
  });
});

describe('the page on deploying', () => {
  it('shows what the commands print', async () => {
    const { stdout: manifest } = await probity(['manifest', '--config', 'empty.yaml']);
    const [shownManifest] = fencesOf('console manifest').flatMap(stepsOf);
    const excerpts = shownManifest?.printed.split('…\n').filter((part) => part !== '') ?? [];
    for (const part of excerpts) expect(manifest).toContain(part);
    expect(excerpts.map((part) => part.split('\n').length)).toEqual([8, 2]);

    const shown = join(root, 'test/advisor/manifests/readme');
    const { stdout: findings } = await probity(
      ['lint', 'deployment.yaml', 'compose.yaml', '--container', 'shop'],
      {},
      shown,
    );
    expect(fencesOf('console lint').flatMap(stepsOf)).toEqual([
      { typed: 'probity lint deployment.yaml compose.yaml --container shop', printed: findings },
    ]);
  });
});

describe('probity lint', () => {
  const compose = join(root, 'test/advisor/manifests/compose.yaml');
  const fastapi = join(root, 'test/advisor/manifests/fastapi.yaml');
  const plain = ['--config', 'empty.yaml'];
  const embeds = ['--container', 'app'];
  const named = [...embeds, ...plain];

  it('says what does not fit in a line each, and ends with 1 when that is an error', async () => {
    const { code, stdout, stderr } = await probity(['lint', compose, ...named]);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout.split('\n')).toEqual([
      `${compose}:28:3: error grace-short: app: stop_grace_period 10 s by default, expected more than shutdown.deadline 25 s. SIGKILL would cut off requests that the configuration lets finish, and nobody would learn what was still open.`,
      '1 error, 0 warnings in rabbitmq (service), redis (service), postgres (service), app (service)',
      'By what the files say alone, as nothing tells that Probity runs there (--container NAME says so): rabbitmq (service), redis (service), postgres (service)',
      '',
    ]);
  });

  it('ends with 0 when there are warnings alone', async () => {
    const { code, stdout } = await probity(['lint', fastapi, ...named]);
    expect(code).toBe(0);
    expect(stdout).toContain('0 errors, 2 warnings in app (Deployment my-fastapi-app)');
  });

  it('judges by the configuration and the contract that it is told', async () => {
    await write('hasty.yaml', 'shutdown: { drainDelay: 2s, deadline: 8s }');
    expect((await probity(['lint', compose, ...embeds, '--config', 'hasty.yaml'])).code).toBe(0);
    const document = join(root, 'test/contract/documents/actuator.yaml');
    const { code, stdout } = await probity(['lint', fastapi, ...named, '--contract', document]);
    expect(code).toBe(1);
    expect(stdout).toContain('error path-unknown: app: livenessProbe asks /health, expected /actuator/health/liveness');
  });

  it('reads what another command has rendered', async () => {
    const input = readFileSync(fastapi, 'utf8');
    const { stdout } = await runCommand(['lint', '-', ...plain], {}, { cwd: folder, input });
    expect(stdout).toMatch(/^standard input:24:34: warning initial-delay: app: /);
  });

  it('lets no manifest act on a terminal', async () => {
    const name = JSON.stringify('a\u001b[31m\nb');
    await write(
      'names.yaml',
      `apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: ${name}, image: probity, ports: [{ containerPort: 8000 }] }] }\n`,
    );
    const { stdout } = await probity(['lint', 'names.yaml', ...plain]);
    expect(stdout.split('\n')).toEqual([
      expect.stringContaining('readiness-missing: a\\u{1b}[31m\\u{a}b: '),
      expect.stringContaining('liveness-missing: a\\u{1b}[31m\\u{a}b: '),
      '1 error, 1 warning in a\\u{1b}[31m\\u{a}b (Pod)',
      '',
    ]);
  });

  it('prints the findings for a machine', async () => {
    const { code, stdout } = await probity(['lint', '--format', 'json', fastapi, compose, ...named]);
    expect(code).toBe(1);
    const { findings, judged } = JSON.parse(stdout);
    expect(findings).toMatchObject([
      { rule: 'initial-delay', severity: 'warning', file: fastapi, line: 24, column: 34, container: 'app' },
      { rule: 'initial-delay', file: fastapi, line: 32 },
      { rule: 'grace-short', severity: 'error', file: compose, line: 28, column: 3 },
    ]);
    expect(judged).toContainEqual({ file: compose, container: 'redis', owner: 'service', judgedBy: ['file'] });
  });

  it('looks through a folder, for code scanning as well', async () => {
    await mkdir(join(folder, 'app/node_modules/x'), { recursive: true });
    await write('app/pod.yaml', readFileSync(fastapi, 'utf8'));
    await write('app/values.yaml', 'port: 8000\n');
    await write('app/Dockerfile', 'FROM node:24-slim\nCMD ["npm", "start"]\n');
    await write('app/node_modules/x/pod.yaml', 'a: [\n');
    const { code, stdout } = await probity(['lint', 'app', ...plain]);
    expect(code).toBe(1);
    expect(stdout).toContain('app/Dockerfile:2:1: error sigterm-swallowed: node:24-slim: PID 1 is npm');
    expect(stdout).toContain('app/values.yaml: skipped');
    expect(stdout).not.toContain('node_modules');
    const sarif = await probity(['lint', 'app', '--format', 'sarif', ...plain]);
    expect(JSON.parse(sarif.stdout)).toMatchObject({
      version: '2.1.0',
      runs: [{ tool: { driver: { name: 'probity lint' } } }],
    });
    expect((await probity(['lint', 'app', '--format', 'github', ...plain])).stdout).toContain(
      '::error file=app/Dockerfile,line=2',
    );
  });

  it.each([
    [[], "probity: missing required argument 'file' [PROBITY_USAGE]\n"],
    [['gone.yaml'], 'probity: gone.yaml: no such file [PROBITY_MANIFEST]\n'],
    [
      ['nothing'],
      'probity: nothing: expected a file or a folder with manifests in it, found none [PROBITY_MANIFEST]\n',
    ],
    [['broken.yaml'], 'probity: broken.yaml:2:4: broken YAML: '],
    [
      ['neither.yaml'],
      'probity: neither.yaml: expected objects of Kubernetes (apiVersion, kind), a compose file (services) or a Dockerfile, found none of them [PROBITY_MANIFEST]\n',
    ],
    [[fastapi, '--config', 'gone.yaml'], 'probity: gone.yaml: no such file [PROBITY_CONFIG]\n'],
    [[fastapi, '--contract', 'gone.yaml'], 'probity: gone.yaml: no such file [PROBITY_CONTRACT]\n'],
  ])('tells in one line what cannot be judged, and ends with 2: %j', async (files, message) => {
    await write('broken.yaml', 'a: 1\nb: c: 2\n');
    await write('neither.yaml', 'port: 8000\n');
    await mkdir(join(folder, 'nothing'), { recursive: true });
    const { code, stdout, stderr } = await probity(['lint', ...files], env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
