import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { http } from '../../../src/checks/http/http.ts';
import { type TlsOptions, tlsMaterial } from '../../../src/checks/kit/tls.ts';
import { postgres } from '../../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../../src/checks/redis/redis.ts';
import { type CheckDefinition, CheckFailure } from '../../../src/health/checker.ts';
import { createProbity } from '../../../src/service/probity.ts';
import { type Certificate, certificate, startHttp } from '../../servers/http.ts';
import { startPostgres } from '../../servers/postgres.ts';
import { program, temporaryFolder } from '../../servers/process.ts';
import { startRabbitmq } from '../../servers/rabbitmq.ts';
import { startRedis } from '../../servers/redis.ts';
import { recordingLog } from '../../support.ts';
import { changed, outcome, until } from '../support.ts';

const folder = temporaryFolder('tls');
afterAll(() => folder.remove());

function file(name: string, content: string): string {
  writeFileSync(join(folder.path, name), content);
  return join(folder.path, name);
}

const day = 86_400_000;
const freshOutcome = ({ checker }: CheckDefinition): Promise<string> =>
  outcome({ checker: { ...checker, check: async (signal) => checker.fresh?.(signal) } });

let own: Certificate;
let other: Certificate;
beforeAll(async () => {
  [own, other] = await Promise.all([
    certificate(['127.0.0.1', 'service.test'], { days: 10 }),
    certificate('127.0.0.1', { days: 90 }),
  ]);
});

describe('tls', () => {
  it.each<[string, () => object, string]>([
    [
      'a file that is not there',
      () => ({ ca: '/nowhere/ca.pem' }),
      '`tls.ca` to be PEM or the path of a file of it, got `/nowhere/ca.pem` (ENOENT)',
    ],
    ['a folder', () => ({ ca: folder.path }), '(EISDIR)'],
    [
      'a file without a certificate',
      () => ({ ca: file('empty.pem', 'hello') }),
      '`tls.ca` to hold certificates as PEM',
    ],
    [
      'a broken certificate',
      () => ({ ca: '-----BEGIN CERTIFICATE-----\nhello' }),
      '`tls.ca` to hold certificates as PEM',
    ],
    ['a certificate without its key', () => ({ cert: own.cert }), '`tls.key` beside'],
    ['a key without its certificate', () => ({ key: own.key }), '`tls.cert` beside'],
    ['the key of another one', () => ({ cert: own.cert, key: other.key }), '`tls.key` to be the key of `tls.cert`'],
    [
      'a key that is locked',
      () => ({ cert: own.cert, key: locked(own.key) }),
      '`tls.key` to hold a key without a passphrase',
    ],
    [
      'a key without its header',
      () => ({ cert: own.cert, key: 'MC4CAQAwBQYDK2VwBCIEI/x' }),
      'got something else (ENOENT)',
    ],
    ['a switch that trusts everything', () => ({ rejectUnauthorized: false }), '`rejectUnauthorized`'],
    ['what is no string', () => ({ ca: [own.cert] }), '`tls.ca` to be a string'],
    ['an empty string', () => ({ servername: '' }), '`tls.servername` to be a string that is not empty'],
    ['what is no object', () => true as unknown as object, '`tls` to be an object'],
  ])('refuses %s, and shows no key', (_, make, message) => {
    expect(() => tlsMaterial(make())).toThrow(message);
    for (const check of [
      () => postgres('postgres://localhost/', { tls: make() }),
      () => redis('rediss://localhost', { tls: make() }),
      () => rabbitmq('amqps://localhost', { tls: make() }),
      () => http('https://localhost', { tls: make() }),
    ])
      expect(check).toThrow(TypeError);
    try {
      tlsMaterial(make());
    } catch (error) {
      expect(String(error)).not.toMatch(/BEGIN|MC4C/);
    }
  });

  it.each<[string, () => unknown]>([
    ['redis://', () => redis('redis://localhost', { tls: {} })],
    ['amqp://', () => rabbitmq('amqp://localhost', { tls: {} })],
    ['http://', () => http('http://localhost', { tls: {} })],
    ['a pool', () => postgres(new pg.Pool(), { tls: {} } as object)],
    ['a client', () => redis(new Redis({ lazyConnect: true }), { tls: {} } as object)],
    ['a connection without a URL', () => rabbitmq(() => undefined, { tls: {} } as object)],
    ...['sslmode=disable', 'sslmode=no-verify', 'sslmode=prefer', 'sslrootcert=/x', 'ssl=0', 'uselibpqcompat=true'].map(
      (query): [string, () => unknown] => [
        `a URL with ${query}`,
        () => postgres(`postgres://localhost/db?${query}`, { tls: {} }),
      ],
    ),
  ])('is refused beside %s', (_, make) => {
    expect(make).toThrow('tls');
  });

  it('is read again when its files change, and costs nothing while they do not', () => {
    const options: TlsOptions = { ca: file('ca.pem', own.cert) };
    const material = tlsMaterial(options);
    const first = material().secureContext;
    expect(material().secureContext).toBe(first);
    writeFileSync(String(options.ca), other.cert);
    const second = material().secureContext;
    expect(second).not.toBe(first);
    writeFileSync(String(options.ca), 'half of it');
    expect(() => material()).toThrow(CheckFailure);
    rmSync(String(options.ca));
    expect(() => material()).toThrow(
      expect.objectContaining({ reason: 'tls', message: expect.stringContaining('ENOENT') }),
    );
    writeFileSync(String(options.ca), other.cert);
    expect(material().secureContext).toBe(second);
  });
});

const locked = (key: string): string =>
  execFileSync(program('openssl'), ['pkcs8', '-topk8', '-passout', 'pass:secret'], { input: key, encoding: 'utf8' });

interface Secure {
  readonly url: string;
  present(tls: Certificate): unknown;
  dispose(): Promise<void>;
}

interface Kind {
  start(tls: Certificate): Promise<Secure>;
  check(url: string, tls?: TlsOptions): CheckDefinition;
}

const withOptions = (tls: TlsOptions | undefined): { tls?: TlsOptions } => (tls ? { tls } : {});

const kinds: Record<string, Kind> = {
  postgres: {
    start: (tls) => startPostgres({ tls }),
    check: (url, tls) => postgres(tls ? url : changed(url, { search: '?sslmode=verify-full' }), withOptions(tls)),
  },
  redis: { start: (tls) => startRedis({ tls }), check: (url, tls) => redis(url, withOptions(tls)) },
  rabbitmq: { start: (tls) => startRabbitmq({ tls }), check: (url, tls) => rabbitmq(url, withOptions(tls)) },
  http: { start: (tls) => startHttp({ tls }), check: (url, tls) => http(url, withOptions(tls)) },
};

describe.each(Object.entries(kinds))('%s over TLS', (name, { start, check }) => {
  let server: Secure;
  const made: CheckDefinition[] = [];
  const checkOf = (tls?: TlsOptions): CheckDefinition => {
    const definition = check(server.url, tls);
    made.push(definition);
    return definition;
  };
  beforeAll(async () => {
    server = await start(own);
  });
  afterAll(async () => {
    await Promise.all(made.map(({ checker }) => checker.close?.()));
    await server.dispose();
  });

  it('trusts the authority that it is given, as PEM or in a file, and no other', async () => {
    expect(await outcome(checkOf())).toBe('tls');
    expect(await outcome(checkOf({ ca: other.cert }))).toBe('tls');
    expect(await outcome(checkOf({ ca: own.cert }))).toBe('ok');
    expect(await outcome(checkOf({ ca: file(`${name}.pem`, own.cert) }))).toBe('ok');
  });

  it('knows when the certificate of the server expires', async () => {
    const definition = checkOf({ ca: own.cert });
    expect(definition.checker.certificateExpiry?.()).toBeUndefined();
    await outcome(definition);
    expect(daysLeft(definition)).toBe(10);
  });

  it('takes up what is in its file when it connects, and says tls while that is broken', async () => {
    const ca = file(`${name}-rotated.pem`, own.cert);
    const definition = checkOf({ ca });
    const fresh = definition.checker.fresh ? freshOutcome : outcome;
    expect(await outcome(definition)).toBe('ok');
    writeFileSync(ca, other.cert);
    expect(await fresh(definition)).toBe('tls');
    rmSync(ca);
    expect(await fresh(definition)).toBe('tls');
    writeFileSync(ca, own.cert);
    expect(await fresh(definition)).toBe('ok');
  });

  it('holds the certificate against the name that it is given', async () => {
    expect(await outcome(checkOf({ ca: own.cert, servername: 'service.test' }))).toBe('ok');
    expect(await outcome(checkOf({ ca: own.cert, servername: 'elsewhere.test' }))).toBe('tls');
    if (name === 'postgres') expect(await outcome(checkOf({ servername: 'service.test' }))).toBe('tls');
  });

  // rabbitmqctl starts a whole Erlang each time.
  it('sees at the next fresh connection that the server has another certificate', { timeout: 60_000 }, async () => {
    const expired = await certificate('127.0.0.1', { expired: true });
    const definition = checkOf({ ca: own.cert + other.cert + expired.cert });
    const fresh = definition.checker.fresh ? freshOutcome : outcome;
    expect(await outcome(definition)).toBe('ok');
    await server.present(other);
    await until(async () => (await fresh(definition)) === 'ok' && daysLeft(definition) === 90);
    await server.present(expired);
    await until(async () => (await fresh(definition)) === 'tls');
    if (definition.checker.fresh) expect(await outcome(definition)).toBe('ok');
    await server.present(own);
    await until(async () => (await fresh(definition)) === 'ok' && daysLeft(definition) === 10);
  });
});

const daysLeft = ({ checker }: CheckDefinition): number =>
  Math.round((Number(checker.certificateExpiry?.()) - Date.now()) / day);

describe('a client certificate', () => {
  it.each<[string, () => Promise<Secure>, Kind['check']]>([
    ['http', () => startHttp({ tls: own, clients: other.cert }), kinds.http?.check as Kind['check']],
    [
      'redis',
      () =>
        startRedis({
          tls: own,
          settings: { 'tls-auth-clients': 'yes', 'tls-ca-cert-file': file('clients.pem', other.cert) },
        }),
      kinds.redis?.check as Kind['check'],
    ],
  ])('is shown to %s', async (_, start, check) => {
    const server = await start();
    const definition = check(server.url, { ca: own.cert, cert: file('client.pem', other.cert), key: other.key });
    expect(await outcome(definition)).toBe('ok');
    expect(await outcome(check(server.url, { ca: own.cert }))).not.toBe('ok');
    await definition.checker.close?.();
    await server.dispose();
  });
});

describe('the certificate behind a client of the application', () => {
  it('is known of a pool by its next connection, or by a fresh one', async () => {
    const server = await startPostgres({ tls: own });
    const pool = new pg.Pool({ connectionString: server.url, ssl: { ca: own.cert } });
    const check = postgres(pool);
    check.checker.watch?.(() => {});
    expect(await outcome(check)).toBe('ok');
    await until(() => daysLeft(check) === 10);
    const later = postgres(pool);
    expect(await outcome(later)).toBe('ok');
    expect(later.checker.certificateExpiry?.()).toBeUndefined();
    expect(await freshOutcome(later)).toBe('ok');
    expect(daysLeft(later)).toBe(10);
    await pool.end();
    await server.dispose();
  });

  it('is known of ioredis at once', async () => {
    const server = await startRedis({ tls: own });
    const client = new Redis(server.url, { tls: { ca: own.cert } });
    await client.ping();
    const check = redis(client);
    check.checker.watch?.(() => {});
    expect(daysLeft(check)).toBe(10);
    expect(await freshOutcome(check)).toBe('ok');
    client.disconnect();
    await server.dispose();
  });
});

describe('a service', () => {
  it('is ready and degraded before the certificate of a dependency expires, and well when it was renewed', async () => {
    const server = await startHttp({ tls: own });
    const { log, lines } = recordingLog();
    const check = http(server.url, { interval: '50ms', tls: { ca: own.cert + other.cert } });
    const probity = createProbity({ checks: { api: check }, log });
    const { port } = await probity.listen(0, '127.0.0.1');
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    const state = async () => (await get('/checks/api')).json() as Promise<{ reason?: string }>;
    await until(async () => (await state()).reason === 'certificate_expiring');
    await until(async () => (await get('/ready')).status === 200);
    const expires = new Date(check.checker.certificateExpiry?.() ?? 0).toISOString();
    expect(await state()).toMatchObject({ status: 'up', certificate: { expires } });
    const metrics = await (await get('/metrics')).text();
    expect(metrics).toContain(
      `probity_check_certificate_expiry_timestamp_seconds{check="api"} ${Date.parse(expires) / 1_000}`,
    );
    server.present(other);
    await until(async () => (await state()).reason === undefined);
    expect(lines.filter(({ message }) => message.includes('degraded'))).toMatchObject([
      { level: 'warn', message: 'check degraded', fields: { check: 'api', reason: 'certificate_expiring', expires } },
      { level: 'info', message: 'check no longer degraded', fields: { check: 'api' } },
    ]);
    await probity.stop();
    await server.dispose();
  });

  it('is well with a certificate that lasts longer than certificateDays', async () => {
    const server = await startHttp({ tls: own });
    const check = http(server.url, { interval: '50ms', certificateDays: 9, tls: { ca: own.cert } });
    const probity = createProbity({ checks: { api: check } });
    const { port } = await probity.listen(0, '127.0.0.1');
    const state = async () => (await fetch(`http://127.0.0.1:${port}/checks`)).json() as Promise<{ degraded: boolean }>;
    await until(async () => !(await state()).degraded);
    expect(check.checker.certificateExpiry?.()).toBeGreaterThan(Date.now());
    await probity.stop();
    await server.dispose();
  });
});
