import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JudgedService, startNats, startPrometheus, startRegistry } from '../servers/judged.ts';
import { startProgram } from '../shutdown/program.ts';
import { runCommand } from './command.ts';

const others = join(import.meta.dirname, '../others');

async function startNest(): Promise<JudgedService> {
  const program = startProgram(join(others, 'nest.ts'), {}, others);
  const line = await program.said('listening');
  return {
    url: `http://127.0.0.1:${line.replace('listening ', '')}`,
    async dispose() {
      program.kill('SIGKILL');
      await program.exited;
    },
  };
}

interface Told {
  readonly result: string;
  readonly method: string;
  readonly path: string;
  readonly accept?: string;
  readonly status?: number;
  readonly why?: string;
}

/** The services, their documents where they don't serve one themselves, and what cannot be asked of them. */
const services: readonly (readonly [
  name: string,
  start: () => Promise<JudgedService>,
  asked: readonly string[],
  skipped: readonly string[],
])[] = [
  [
    'prometheus',
    startPrometheus,
    [
      'GET /-/healthy 200',
      'GET /-/ready 200',
      'GET /api/v1/query?query=1 200',
      'GET /api/v1/query_range 400',
      'GET /api/v1/targets 200',
      'GET /api/v1/status/buildinfo 200',
      'GET /metrics 200',
    ],
    ['POST /api/v1/admin/tsdb/snapshot: not asked, as it may change something'],
  ],
  ['nats-server', startNats, ['GET /healthz?js-enabled-only=false 200', 'GET /varz 200', 'GET /connz 200'], []],
  [
    'docker-registry',
    startRegistry,
    ['GET /v2/ 200', 'GET /v2/_catalog 200', 'GET /v2/nobody/tags/list 404', 'HEAD /v2/nobody/manifests/latest 404'],
    [],
  ],
  ['nestjs', startNest, ['GET /health 200'], []],
];

describe.each(services)('a service that nobody here wrote: %s', (name, start, asked, skipped) => {
  let service: JudgedService;
  const document = name === 'nestjs' ? [] : ['--contract', join(import.meta.dirname, `judged/${name}.yaml`)];

  beforeAll(async () => {
    service = await start();
  });
  afterAll(() => service?.dispose());

  async function told(...options: readonly string[]): Promise<readonly Told[]> {
    const { stdout, stderr } = await runCommand(['verify', service.url, ...document, '--json', ...options]);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  it('keeps to its document, and no alarm is raised', async () => {
    const findings = await told();
    expect(findings.filter(({ result }) => result === 'broken')).toEqual([]);
    const shown = (wanted: string, end: (one: Told) => string): string[] =>
      findings.filter(({ result }) => result === wanted).map((one) => `${one.method} ${one.path}${end(one)}`);
    expect(shown('kept', ({ status }) => ` ${status}`)).toEqual(asked);
    expect(shown('skipped', ({ why }) => `: ${why}`)).toEqual(skipped);
  });

  it('keeps to each media type that it declares, asked for by itself', async () => {
    const findings = await told('--accept');
    expect(findings.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(findings.some(({ accept }) => accept !== undefined)).toBe(true);
  });
});
