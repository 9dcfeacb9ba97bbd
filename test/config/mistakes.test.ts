// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is written in a file
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kindNames } from '../../src/checks/kinds.ts';
import { listed } from '../../src/config/show.ts';
import { cpuTime } from '../cpu-time.ts';
import { mistakeOf, read } from './read.ts';

const env = { WORD: 'eighty', LINES: 'a: b\n"c"', API_TOKEN: 'hunter2' };

/** The lines of a check, with `option` on line 5. */
const http = (option: string): string => `checks:\n  api:\n    kind: http\n    url: https://api.example\n    ${option}`;
const postgres = (url: string): string => `checks:\n  database:\n    kind: postgres\n    url: ${url}`;

const notPositive = 'expected a positive duration of at most 24 days';
const notDuration = 'expected a duration such as 800ms, 5s, 1m or 1h';
const notCanary = 'expected a duration such as 5m, false, or a mapping of `every` and `required`';
const notLabel = 'expected a name for people of at most 100 characters, as in "Database not available"';
const known =
  'known are host, port, contract, contractFolder, overlays, releaseId, mergeContract, maxEventLoopDelay, simulation, access, management, fleet, shutdown, heartbeats, log, checks';
const kinds = listed(kindNames);
const encoded = 'a valid URL, special characters of its user and password percent-encoded';

describe.each<[string, [string, string][]]>([
  [
    'a value of the wrong kind',
    [
      ['port: 80a', '1:7: port: expected a whole number from 0 to 65535, got "80a"'],
      ['port: "80"', '1:7: port: expected a whole number from 0 to 65535, got "80"'],
      ['port: 99999', '1:7: port: expected a whole number from 0 to 65535, got 99999'],
      ['port: 80.5', '1:7: port: expected a whole number from 0 to 65535, got 80.5'],
      ['port: .nan', '1:7: port: expected a whole number from 0 to 65535, got NaN'],
      ['port:', '1:6: port: expected a whole number from 0 to 65535, got nothing'],
      ['simulation: yes', '1:13: simulation: expected true or false, got "yes"'],
      ['%YAML 1.1\n---\nsimulation: yes', '3:13: simulation: expected true or false, got "yes"'],
      ['host: 127', '1:7: host: expected an address to listen on, such as 127.0.0.1 or ::1, got 127'],
      ['log: info', '1:6: log: expected a mapping, got "info"'],
      [
        'log: { level: INFO }',
        '1:15: log.level: expected debug, info, warn, error or silent (did you mean info?), got "INFO"',
      ],
      ['checks:', '1:8: checks: expected a mapping, got nothing'],
      ['checks: []', '1:9: checks: expected a mapping, got an empty list'],
      ['just words', '1:1: expected a mapping, got "just words"'],
      ['[port, 80]', '1:1: expected a mapping, got a list'],
      [http('failAfter: 0'), '5:16: checks.api.failAfter: expected a whole number from 1 to 1000, got 0'],
      [http('status: 200'), '5:13: checks.api.status: expected a list with at least 1 item, got 200'],
      [http('status: []'), '5:13: checks.api.status: expected a list with at least 1 item, got an empty list'],
      [http('status: [200, 999]'), '5:19: checks.api.status[1]: expected a whole number from 200 to 599, got 999'],
      [http('schema: true'), '5:13: checks.api.schema: expected a mapping, got true'],
      [http('label: 5'), `5:12: checks.api.label: ${notLabel}, got 5`],
      [http('label: "two\\nlines"'), `5:12: checks.api.label: ${notLabel}, got "two\\nlines"`],
      [http('label: "\\e[31mred "'), `5:12: checks.api.label: ${notLabel}, got "\\u001b[31mred "`],
      [http('label: "\\u202Esdrawkcab"'), `5:12: checks.api.label: ${notLabel}, got "\\u{202e}sdrawkcab"`],
      [http('label: "a\\u200Bb"'), `5:12: checks.api.label: ${notLabel}, got "a\\u{200b}b"`],
      [http('label: 👩‍💻 desk'), 'accepted'],
      [http(`label: ${'x'.repeat(101)}`), `5:12: checks.api.label: ${notLabel}, got "${'x'.repeat(60)}…"`],
      [
        http('requiredFor: liveness'),
        '5:18: checks.api.requiredFor: expected readiness, startup or nothing, got "liveness"',
      ],
    ],
  ],
  [
    'a key',
    [
      ['prot: 80', '1:1: unknown key `prot`, did you mean `port`?'],
      ['colour: red', `1:1: unknown key \`colour\`, ${known}`],
      ['1: 2', `1:1: unknown key \`1\`, ${known}`],
      ['<<: { port: 80 }', `1:1: unknown key \`<<\`, ${known}`],
      ['"po\\nrt": 80', '1:1: unknown key `po\\u{a}rt`, did you mean `port`?'],
      ['__proto__: { port: 80 }', '1:1: unknown key `__proto__`'],
      ['checks:\n  __proto__: {}', '2:3: unknown key `__proto__`'],
      [http('schema: { __proto__: {} }'), '5:15: unknown key `__proto__`'],
      [http('intervall: 5s'), '5:5: checks.api: unknown key `intervall`, did you mean `interval`?'],
      [http('stale_after: 5s'), '5:5: checks.api: unknown key `stale_after`, did you mean `staleAfter`?'],
      [
        'checks:\n  1st: {}',
        '2:3: checks: expected a name of at most 63 letters, digits, `_` and `-` that begins with a letter, got `1st`',
      ],
      [
        http('headers: { "a b": c }'),
        '5:16: checks.api.headers: expected a header name such as Authorization, got `a b`',
      ],
    ],
  ],
  [
    'a check',
    [
      ['checks:\n  api: {}', `2:8: checks.api: missing key \`kind\`, one of ${kinds}`],
      ['checks:\n  api:\n    kind: http', '3:5: checks.api: missing key `url`'],
      ['checks:\n  api:\n    kind: http\n    ulr: x', '4:5: checks.api: unknown key `ulr`, did you mean `url`?'],
      [
        'checks:\n  api:\n    kind: https',
        `3:11: checks.api.kind: expected ${kinds} (did you mean http?), got "https"`,
      ],
      ['checks:\n  api:\n    kind: mongo', `3:11: checks.api.kind: expected ${kinds}, got "mongo"`],
      ['checks:\n  api:\n    kind: [http]', `3:11: checks.api.kind: expected ${kinds}, got a list`],
      ['checks:\n  api: https://api.example', '2:8: checks.api: expected a mapping, got https://***'],
    ],
  ],
  [
    'what is said of connections to come',
    [
      [postgres('postgres://h/d\n    canary: 1m'), 'accepted'],
      [postgres('postgres://h/d\n    canary: false'), 'accepted'],
      [postgres('postgres://h/d\n    canary: { every: 1m, required: true }'), 'accepted'],
      [postgres('postgres://h/d\n    canary: true'), `5:13: checks.database.canary: ${notCanary}, got true`],
      [postgres('postgres://h/d\n    canary: 5'), `5:13: checks.database.canary: ${notCanary}, got 5`],
      [postgres('postgres://h/d\n    canary: often'), `5:13: checks.database.canary: ${notCanary}, got "often"`],
      [
        postgres('postgres://h/d\n    canary: { evry: 1m }'),
        '5:15: checks.database.canary: unknown key `evry`, did you mean `every`?',
      ],
      [
        postgres('postgres://h/d\n    canary: 0s'),
        '5:13: checks.database.canary: expected `checks.database.canary` to be a positive duration such as 800ms, 5s or 1m, got `0s`',
      ],
      [
        postgres('postgres://h/d\n    canary: { every: 597h }'),
        '5:13: checks.database.canary: expected `checks.database.canary.every` to be a positive duration such as 800ms, 5s or 1m, got `597h`',
      ],
      [
        http('canary: 1m'),
        '5:5: checks.api: unknown key `canary`, known are kind, url, status, schema, maxBytes, headers, label, requiredFor, interval, timeout, staleAfter, failAfter, recoverAfter, certificateDays, tls',
      ],
      [
        http('certificateDays: 4000'),
        '5:22: checks.api.certificateDays: expected a whole number from 0 to 3650, got 4000',
      ],
      [
        http('tls: { ca: /nowhere/ca.pem }'),
        '5:10: checks.api.tls: expected `tls.ca` to be PEM or the path of a file of it, got `/nowhere/ca.pem` (ENOENT)',
      ],
      [
        http('tls: { rejectUnauthorized: false }'),
        '5:12: checks.api.tls: unknown key `rejectUnauthorized`, known are ca, cert, key, servername',
      ],
      [http('tls: { key: hunter2 }'), '5:10: checks.api.tls: expected `tls.cert` beside the other one of cert and key'],
    ],
  ],
  [
    'a duration',
    [
      ...['5', '5 s', '-1s', '1e3s', 's', '5S', '1d'].map((value): [string, string] => [
        http(`interval: ${value}`),
        `5:15: checks.api.interval: ${notDuration}, got ${value === '5' ? value : `"${value}"`}`,
      ]),
      [http('timeout: 0s'), `5:14: checks.api.timeout: ${notPositive}, got "0s"`],
      [http('staleAfter: 597h'), `5:17: checks.api.staleAfter: ${notPositive}, got "597h"`],
      [http(`timeout: ${'9'.repeat(400)}h`), `5:14: checks.api.timeout: ${notPositive}, got "${'9'.repeat(60)}…"`],
      [
        http('staleAfter: 5999ms'),
        '5:17: checks.api.staleAfter: expected `checks.api.staleAfter` to be at least interval + timeout (6000ms), got `5999ms`',
      ],
      [http('staleAfter: 6s'), 'accepted'],
      [http('timeout: 1m'), 'accepted'],
    ],
  ],
  [
    'a URL',
    [
      [
        postgres('mysql://app:hunter2@db/app'),
        '4:10: checks.database.url: expected a URL such as postgres://user:password@host:5432/database, got mysql://***',
      ],
      [
        postgres('postgres://app:hunter#2@db/app'),
        '4:10: checks.database.url: expected a URL with the `#` in its password written as %23, got postgres://***',
      ],
      [
        postgres('postgres://app:hunter%2@db/app'),
        `4:10: checks.database.url: expected ${encoded}, got postgres://***`,
      ],
      [postgres('postgres://app:hunter%232@db/app'), 'accepted'],
      [
        postgres('hunter2'),
        '4:10: checks.database.url: expected a URL such as postgres://user:password@host:5432/database, got ***',
      ],
    ],
  ],
  [
    'a header',
    [
      [
        http('headers: { X-Key: 5 }'),
        '5:23: checks.api.headers.X-Key: expected a string of one line, in quotes if it looks like a number, got ***',
      ],
      [
        http('headers: { X-Version: "1\\r\\nHost: evil" }'),
        '5:27: checks.api.headers.X-Version: expected a string of one line, in quotes if it looks like a number, got ***',
      ],
      [http('headers: Bearer hunter2'), '5:14: checks.api.headers: expected a mapping, got ***'],
    ],
  ],
  [
    'the environment',
    [
      ['port: ${PORT_NUMBER}', '1:7: environment variable PORT_NUMBER is not set'],
      ['port: ${WORD}', '1:7: port (from ${WORD}): expected a whole number from 0 to 65535, got "eighty"'],
      ['port: ${API_TOKEN}', '1:7: port (from ${API_TOKEN}): expected a whole number from 0 to 65535, got ***'],
      [
        'host: ${LINES}',
        '1:7: host (from ${LINES}): expected an address to listen on, such as 127.0.0.1 or ::1, got "a: b\\n\\"c\\""',
      ],
      ['host: ${oh no}', '1:7: expected ${NAME} or ${NAME:-default}; $${ stands for ${ itself'],
      ['# ${PORT_NUMBER}\nport: 80', 'accepted'],
      [
        'checks: { "${WORD}": {} }',
        '1:11: checks: expected a name of at most 63 letters, digits, `_` and `-` that begins with a letter, got `${WORD}`',
      ],
    ],
  ],
  [
    'YAML',
    [
      ['port: 80\nport: 81', '2:1: map keys must be unique'],
      ['port: 80\n---\nport: 81', '2:1: expected one document, found more'],
      ['port: [80', '1:10: flow sequence in block collection must be sufficiently indented and end with a ]'],
      ['\tport: 80', '1:1: tabs are not allowed as indentation'],
      ['host: "hunter2', '1:15: missing closing "quote'],
      ['host: "\\hunter2"', '1:8: no such escape in double quotes'],
      ['host: @hunter2', '1:7: a value that begins with such a character needs quotes'],
      ['host: *hunter2', '1:7: an alias needs an anchor before it'],
      ['host: !!js/function hunter2', '1:7: tags are not supported'],
      ['host: !include hunter2', '1:7: tags are not supported'],
      ['host: !!binary aGk=', '1:7: tags are not supported'],
      ['? [a]\n: b', '1:3: expected a string as the key'],
      ['checks: &all\n  api: *all', '2:8: an alias cannot stand inside its own anchor'],
    ],
  ],
])('a mistake in %s is told', (_, cases) => {
  test.each(cases)('%j', async (text, message) => {
    const expected = message === 'accepted' ? message : `probity.yaml:${message}`;
    expect(await mistakeOf(read(text, env))).toBe(expected);
  });
});

describe('a file cannot exhaust the service', () => {
  test('by aliases of aliases', async () => {
    const nine = (item: string): string => `[${Array(9).fill(item).join()}]`;
    const text = `a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: &d ${nine('*c')}\ne: ${nine('*d')}`;
    expect(await mistakeOf(read(text))).toBe('probity.yaml: nested too deeply, or too many aliases');
  });

  test.each(['[', '{a: ', '- ', '? ', '{"a":'])('by megabytes of depth (%j)', async (open) => {
    const spent = await cpuTime(async () =>
      expect(await mistakeOf(read(open.repeat(1_000_000)))).toBe(
        'probity.yaml: nested too deeply, or too many aliases',
      ),
    );
    expect(spent).toBeLessThan(1_000);
  });

  test.each(['[', '{a: ', '- '])('by depth (%j)', async (open) => {
    expect(await mistakeOf(read(open.repeat(20_000)))).toMatch(/^probity\.yaml:.*nested too deeply/);
  });
});

test('an alias is followed, also to the place of a mistake', async () => {
  const check = (interval: string): string =>
    `checks:\n  a: &a\n    kind: http\n    url: https://a\n    interval: ${interval}\n  b: *a`;
  expect((await read(check('9s'))).checks?.b).toEqual({ kind: 'http', url: 'https://a', interval: '9s' });
  expect(await mistakeOf(read(check('9')))).toBe(`probity.yaml:5:15: checks.a.interval: ${notDuration}, got 9`);
});

test('any text is a configuration or one line about a mistake', async () => {
  const words = [
    ...http('interval: 5s\n    headers: { A: b }').split(/(\s+|:)/),
    ...'*&!|>-?[]{},#%@`"\'~',
    '${',
    '}',
    '&a',
    '*a',
    '---',
  ];
  const text = fc.array(fc.oneof(fc.constantFrom(...words), fc.constantFrom('\n', '\n  ', ' ', ': ')), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(text, async (parts) => {
      expect(await mistakeOf(read(parts.join(''), env))).toMatch(/^(accepted|probity\.yaml:.+)$/);
    }),
    { numRuns: 2_000 },
  );
});
