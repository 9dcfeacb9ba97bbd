import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { milliseconds } from '../../src/base/duration.ts';
import { loadSettings, type Settings } from '../../src/config/settings.ts';
import { startPostgres } from '../servers/postgres.ts';
import { program } from '../servers/process.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import { builtin } from '../support.ts';
import { type ComposeFile, type ComposeService, composeMistakesIn, interpolated } from './compose.ts';
import { only, pairs, readStages, readText, type Stage } from './dockerfile.ts';

const run = promisify(execFile);
const text = readText('deploy/compose.yaml');
const compose: ComposeFile = parse(interpolated(text, {}));
const services = Object.entries(compose.services);
const probity = compose.services.probity as ComposeService;

describe('the compose file', () => {
  it('holds to the schema of the compose specification', () => {
    expect(composeMistakesIn(compose)).toEqual([]);
  });

  it.each<[string, (file: ComposeFile) => unknown, string]>([
    ['a key', ({ services }) => Object.assign(services.redis as object, { imgae: '' }), '/services/redis'],
    [
      'a health check',
      ({ services }) => Object.assign(services.redis?.healthcheck as object, { retires: 3 }),
      '/services/redis/healthcheck',
    ],
    [
      'a condition',
      ({ services }) => Object.assign(services.probity?.depends_on?.redis as object, { condition: 'up' }),
      '/services/probity/depends_on/redis/condition',
    ],
  ])('would be found out with a mistake in %s', (_, spoil, place) => {
    const copy = structuredClone(compose);
    spoil(copy);
    expect(composeMistakesIn(copy).join('\n')).toContain(place);
  });

  it('starts Probity when everything that it waits for is healthy', () => {
    const waited = Object.entries(probity.depends_on ?? {});
    expect(waited.map(([name]) => name).sort()).toEqual(['postgres', 'rabbitmq', 'redis']);
    for (const [name, { condition }] of waited) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[name]?.healthcheck?.test).toBeDefined();
    }
  });

  it.each(services)('gives %s a health check with sensible times, without a shell', (_, { healthcheck }) => {
    const times = healthcheck as NonNullable<ComposeService['healthcheck']>;
    const ms = (key: 'interval' | 'timeout' | 'start_period' | 'start_interval'): number =>
      milliseconds(key, times[key]);
    expect(times.test[0]).toBe('CMD');
    expect(ms('interval')).toBeGreaterThanOrEqual(ms('timeout'));
    expect(ms('timeout')).toBeGreaterThan(2_000);
    expect(ms('start_period')).toBeGreaterThan(5 * ms('start_interval'));
    expect(times.retries).toBeGreaterThan(1);
  });

  it('publishes Probity alone, on loopback', () => {
    const port = only(readStages().at(-1) as Stage, 'EXPOSE').text;
    expect(services.map(([name, { ports }]) => [name, ports ?? []])).toEqual(
      services.map(([name]) => [name, name === 'probity' ? [`127.0.0.1:${port}:${port}`] : []]),
    );
  });

  it('pins a version of every image', () => {
    for (const [, { image }] of services) expect(image).toMatch(/:\d+(\.\d+)*(-alpine)?$/);
    expect(probity.image).toBe(`probity:${JSON.parse(readText('package.json')).version}`);
  });

  it('runs Probity with no more than it needs', () => {
    expect(probity).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    for (const [, { security_opt }] of services) expect(security_opt).toEqual(['no-new-privileges:true']);
  });
});

describe('Probity in the compose file', () => {
  let settings: Settings;
  const env = (): Record<string, string> => ({
    ...pairs(only(readStages().at(-1) as Stage, 'ENV')),
    ...probity.environment,
  });
  beforeAll(async () => {
    settings = await loadSettings({ env: env(), folder: '/nowhere' });
  });

  it('watches the other services, with the credentials that they are given', () => {
    const users = { POSTGRES_USER: 'POSTGRES_PASSWORD', RABBITMQ_DEFAULT_USER: 'RABBITMQ_DEFAULT_PASS' };
    for (const { url } of Object.values(settings.checks)) {
      const { hostname, username, password, pathname, protocol } = new URL(url);
      const { environment = {} } = compose.services[hostname] as ComposeService;
      const [user, secret] = Object.entries(users).find(([name]) => name in environment) ?? [];
      expect([username, password]).toEqual([environment[user ?? ''] ?? '', environment[secret ?? ''] ?? '']);
      if (protocol === 'postgres:') expect(pathname).toBe(`/${environment.POSTGRES_DB}`);
    }
    expect(Object.keys(settings.checks)).toEqual(['database', 'cache', 'queue']);
    expect(settings.simulation).toBe(false);
  });

  it('lets failures be simulated with a token from the environment', async () => {
    const given = { SIMULATION: 'true', PROBITY_TOKENS: 'me:0123456789abcdef', POSTGRES_PASSWORD: 'other' };
    const { services } = parse(interpolated(text, given)) as ComposeFile;
    const simulating = await loadSettings({ env: { ...services.probity?.environment }, folder: '/nowhere' });
    expect(simulating).toMatchObject({ simulation: true, access: { tokens: [{ name: 'me' }] } });
    expect(simulating.checks.database?.url).toContain(':other@');
    expect(services.postgres?.environment).toMatchObject({ POSTGRES_PASSWORD: 'other' });
  });

  it('is asked for readiness by an operation of the contract, with the command of the image', () => {
    const [, command, verb, url, ...more] = probity.healthcheck?.test ?? [];
    expect([command, verb, more]).toEqual(['probity', 'check', []]);
    const { port, pathname } = new URL(url as string);
    expect(Number(port)).toBe(settings.port);
    expect(builtin.operations.find(({ path }) => path === pathname)?.probe).toEqual({ kind: 'readiness' });
  });

  it('is not killed before its shutdown has ended', () => {
    const grace = milliseconds('stop_grace_period', probity.stop_grace_period ?? '10s');
    expect(grace).toBeGreaterThan(milliseconds('deadline', settings.shutdown.deadline));
  });
});

describe('the health check of', () => {
  const command = (name: string): string[] => (compose.services[name]?.healthcheck?.test ?? []).slice(1);
  /** Runs it as it stands, with the port of a server that is not at its usual place. */
  const exitCode = (ran: Promise<unknown>): Promise<unknown> =>
    ran.then(
      () => 0,
      (error: { code?: unknown }) => error.code,
    );

  it('postgres succeeds while it can be connected to, and only then', async () => {
    const server = await startPostgres();
    const [name, ...args] = command('postgres');
    const check = (): Promise<unknown> =>
      exitCode(run(program(name as string), args, { env: { ...process.env, PGPORT: String(server.port) } }));
    expect(await check()).toBe(0);
    await server.stop();
    expect(await check()).toBe(2);
    await server.dispose();
  });

  it('redis succeeds while it answers, and neither while it is away nor while it refuses', async () => {
    const server = await startRedis();
    const [name, ...args] = command('redis');
    const check = (): Promise<unknown> => exitCode(run(program(name as string), ['-p', String(server.port), ...args]));
    expect(await check()).toBe(0);
    await server.command('config', 'set', 'requirepass', 'somebody-elses');
    expect(await check()).toBe(1);
    await server.stop();
    expect(await check()).toBe(1);
    await server.dispose();
  });

  it('rabbitmq succeeds while its ports take connections, and only then', { timeout: 90_000 }, async () => {
    const server = await startRabbitmq();
    const [name, ...args] = command('rabbitmq');
    const check = (): Promise<unknown> => exitCode(server.tool(name as string, ...args));
    expect(await check()).toBe(0);
    await server.ctl('suspend_listeners');
    expect(await check()).not.toBe(0);
    await server.ctl('resume_listeners');
    expect(await check()).toBe(0);
    await server.kill();
    expect(await check()).not.toBe(0);
    await server.dispose();
  });
});
