import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { http } from '../../src/checks/http/http.ts';
import { kindNames, kinds } from '../../src/checks/kinds.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../src/checks/redis/redis.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { mistakeOf, read } from '../config/read.ts';

const folder = mkdtempSync(join(tmpdir(), 'probity-addresses-'));
afterAll(() => rmSync(folder, { recursive: true }));
const pem = join(folder, 'ca.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n');
const noPem = join(folder, 'no.pem');
writeFileSync(noPem, 'hunter2');

const factories: Readonly<Record<string, (url: string, options?: never) => unknown>> = {
  postgres,
  redis,
  rabbitmq,
  http,
};

describe.each<[string, string[], [string, string][]]>([
  [
    'postgres',
    [
      'postgres://h',
      'postgresql://u:p@[::1]:5432/db',
      'postgres://u:p@/db?host=/tmp',
      'postgres://u:p@h/a%2Fb',
      'postgres://h/db?application_name=shop&options=-c%20search_path%3Da&statement_timeout=500',
      ...['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'].map(
        (mode) => `postgres://h/d?sslmode=${mode}`,
      ),
      `postgres://h/db?sslmode=verify-full&sslrootcert=${pem}`,
      `postgres://h/db?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=${pem}`,
      'postgres://h/db?ssl=true',
    ],
    [
      ['postgres://a:1,b:2/db', 'a URL with one host: pg knows only one'],
      ['postgres://u:p@a,b/db', 'a URL with one host: pg knows only one'],
      ['postgres://h/db?host=a,b', 'a URL whose `host` is one host: pg knows only one'],
      [
        'postgres://h/db?target_session_attrs=read-write',
        'a URL without `target_session_attrs`, which pg does not know (`writable: true` asks for a primary)',
      ],
      [
        'postgres://h/db?connect_timeout=5',
        'a URL without `connect_timeout`, which pg does not know (`timeout` is the deadline of a run)',
      ],
      ['postgres://h?dbname=x', 'a URL without `dbname`, which pg does not know (the database is the path)'],
      ['postgres://h/db?schema=public', 'a URL without the parameter `schema`, known are '],
      ['postgres://h/db?hunter2', 'a URL without a parameter that is not known, known are '],
      [
        'postgres://h/db?sslmode=allow',
        'a URL whose `sslmode` is one of disable, prefer, require, verify-ca, verify-full, no-verify',
      ],
      ['postgres://h/db?ssl=false', 'a URL whose `ssl` is one of true, 1, 0, no-verify'],
      ['postgres://h/db?sslmode=require&sslmode=disable', 'a URL with one `sslmode`'],
      [`postgres://h/db?sslrootcert=${folder}/none.pem`, 'a URL whose `sslrootcert` is a PEM file that can be read'],
      [`postgres://h/db?sslrootcert=${noPem}`, 'a URL whose `sslrootcert` is a PEM file that can be read'],
      [`postgres://h/db?sslcert=${pem}`, 'a URL with both `sslcert` and `sslkey`'],
      [`postgres://h/db?sslmode=disable&sslrootcert=${pem}`, 'a URL without `sslrootcert` where `sslmode` is disable'],
      ['postgres://h/db?uselibpqcompat=true&sslmode=verify-ca', 'a URL with `sslrootcert` for `sslmode=verify-ca`'],
      ['postgres://h/a/b', 'a postgres:// URL with the `/` in its database written as %2F'],
      [
        'postgres://h/db?statement_timeout=5s',
        'a URL whose `statement_timeout` is a whole number from 0 to 2147483647',
      ],
    ],
  ],
  [
    'redis',
    [
      'redis://h',
      'redis://h/',
      'redis://:p@h:1/15',
      'rediss://u:p%2F@[::1]:7000/3',
      'redis+sentinel://u:p@a,b:26379/main/2',
      'rediss+cluster://a:1,b:2',
    ],
    [
      ['redis:///?path=/x.sock', 'a redis:// URL with a host, as a Unix socket cannot be watched by a URL'],
      ['redis://h?path=/x.sock', 'a URL without the parameter `path`'],
      ['redis://h/0?db=3', 'a URL without the parameter `db`'],
      ['redis://h?password=hunter2', 'a URL without the parameter `password`'],
      ['redis://h/abc', 'a redis:// URL whose path is the number of a database, as in redis://host:6379/0'],
      ['redis://h/0/1', 'a redis:// URL whose path is the number of a database, as in redis://host:6379/0'],
      ['redis://h/-1', 'a redis:// URL whose path is the number of a database, as in redis://host:6379/0'],
      ['redis://a,b', 'a redis:// URL with one host, or a redis+sentinel:// or redis+cluster:// URL'],
      ['redis+sentinel://a', 'a redis+sentinel:// URL with the name of the master as its path'],
      ['redis+cluster://a/1', 'a redis+cluster:// URL without a path'],
      ['redis://h:0', 'a redis:// URL with a host and a port from 1 to 65535'],
    ],
  ],
  [
    'rabbitmq',
    [
      'amqp://h',
      'amqp://h/',
      'amqps://u:p@h:1/v',
      'amqp://h/a%2Fb',
      'amqp://h?heartbeat=30&channelMax=5&frameMax=8192&locale=en_US',
    ],
    [
      ['amqp://h/a/b', 'an amqp:// URL with the `/` in its virtual host written as %2F'],
      ['amqp://h?heartbeat=30s', 'a URL whose `heartbeat` is a whole number from 0 to 65535'],
      ['amqp://h?channelMax=-1', 'a URL whose `channelMax` is a whole number from 0 to 65535'],
      ['amqp://h?frameMax=1', 'a URL whose `frameMax` is a whole number from 4096 to 131072'],
      [
        'amqp://h?cacertfile=/x.pem',
        'a URL without the parameter `cacertfile`, known are heartbeat, channelMax, frameMax, locale',
      ],
    ],
  ],
  ['http', ['http://h', 'https://u:p@h:1/a@b?x=y@z', 'http://h:80/user@host'], []],
])('the URL of a %s check', (kind, honoured, refused) => {
  const scheme = { postgres: 'postgres', redis: 'redis', rabbitmq: 'amqp', http: 'http' }[kind] ?? '';
  const make = factories[kind] as (url: string) => unknown;

  it.each(honoured)('may be %s', async (url) => {
    expect(() => make(url)).not.toThrow();
    expect(await mistakeOf(read(`checks: { a: { kind: ${kind}, url: '${url}' } }`))).toBe('accepted');
  });

  it.each([
    ...refused,
    [`${scheme}://h/#x`, 'a URL without a fragment (a `#` that is meant is written as %23)'],
    ...(['/', '?', '#', '@'] as const).map((char): [string, string] => [
      `${scheme}://ann:hun${char}ter2@h/0`,
      `a URL with the \`${char}\` in its password written as ${encodeURIComponent(char)}`,
    ]),
  ])('may not be %s', async (url, expected) => {
    expect(() => make(url)).toThrow(TypeError);
    expect(() => make(url)).toThrow(`Expected \`url\` to be ${expected}`);
    expect(() => make(url)).not.toThrow(/hunter2|ter2|hun\b/);
    // A file is looked at by the service alone: settings are also judged elsewhere.
    if (expected.includes('PEM')) return;
    const message = await mistakeOf(read(`checks:\n  a:\n    kind: ${kind}\n    url: '${url}'`));
    expect(message).toContain(`probity.yaml:4:10: checks.a.url: expected ${expected}`);
    expect(message).not.toMatch(/hunter2|ter2/);
  });
});

describe('what pg does with its parameters', () => {
  const parametersOf = (query: string): Record<string, unknown> =>
    (new pg.Client({ connectionString: `postgres://u@h/db?${query}` }) as unknown as { connectionParameters: never })
      .connectionParameters;

  it.each([
    ['application_name', 'shop'],
    ['options', '-c a=b'],
    ['statement_timeout', '5'],
    ['lock_timeout', '5'],
    ['idle_in_transaction_session_timeout', '5'],
    ['query_timeout', '5'],
    ['client_encoding', 'UTF8'],
    ['host', '/tmp'],
    ['user', 'ann'],
    ['password', 'x'],
  ])('honours %s', (name, value) => {
    expect(String(parametersOf(`${name}=${encodeURIComponent(value)}`)[name])).toBe(value);
  });

  it('takes ssl=false for a yes, and leaves target_session_attrs out: both are refused', () => {
    expect(parametersOf('ssl=false').ssl).toBeTruthy();
    expect(parametersOf('target_session_attrs=read-write')).not.toHaveProperty('target_session_attrs');
  });
});

describe('the schema of the settings and the kinds', () => {
  const { $defs } = parse(process.getBuiltinModule('node:fs').readFileSync('openapi/config.yaml', 'utf8')) as {
    $defs: Record<string, { properties: Record<string, unknown> }>;
  };

  it('know the same options', () => {
    for (const kind of kindNames) {
      const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}Check`;
      const options = Object.keys($defs[name]?.properties ?? {}).filter((option) => !['kind', 'url'].includes(option));
      const all = Object.fromEntries(options.map((option) => [option, undefined]));
      const url = `${kinds[kind].schemes[0]}://h`;
      expect(() => factories[kind]?.(url, all as never)).not.toThrow();
      expect(() => factories[kind]?.(url, { ...all, other: 1 } as never)).toThrow(
        new RegExp(`known are (?=.*\\b${options.join('\\b)(?=.*\\b')}\\b)`),
      );
    }
  });

  it('allow the same values', async () => {
    const number = fc.oneof(
      fc.integer({ min: -5, max: 1_200 }),
      fc.constantFrom(1.5, 2 ** 30, 2 ** 30 + 1, 1_000, 1_001),
    );
    const duration = fc.oneof(
      fc
        .tuple(fc.integer({ min: 0, max: 700 }), fc.constantFrom('ms', 's', 'm', 'h', '', 'd'))
        .map(([n, unit]) => `${n}${unit}`),
      fc.constantFrom('1.5s', '-1s', '597h', '24d'),
    );
    const option = fc.record(
      {
        failAfter: number,
        recoverAfter: number,
        interval: duration,
        timeout: duration,
        staleAfter: duration,
        requiredFor: fc.constantFrom('readiness', 'startup', 'nothing', 'liveness', ''),
        status: fc.array(fc.integer({ min: 90, max: 610 }), { maxLength: 3 }),
        maxBytes: number,
        headers: fc.dictionary(
          fc.string({ unit: fc.constantFrom(...'aZ9-_!#:@ \n'), minLength: 1, maxLength: 3 }),
          fc.string({ unit: fc.constantFrom(...'a \t\n\u00ff\u0100'), maxLength: 3 }),
          { maxKeys: 2 },
        ),
        schema: fc.constantFrom({ type: 'object' }, { type: 'nonsense' }, {}, { $ref: '#/nowhere' }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(option, async (options) => {
        const code = (): unknown => rulesOf('a', http('http://h', options as never));
        const settings = await mistakeOf(
          read(JSON.stringify({ checks: { a: { kind: 'http', url: 'http://h', ...options } } })),
        );
        expect(settings === 'accepted' ? 'accepted' : 'refused').toBe(isFine(code) ? 'accepted' : 'refused');
        if (settings !== 'accepted') expect(settings).toMatch(/^probity\.yaml:1:\d+: checks\.a\b/);
      }),
      { numRuns: 500 },
    );
  });
});

function isFine(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}
