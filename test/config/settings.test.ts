import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings, loadSettings } from '../../src/config/settings.ts';
import { inFolder, mistakeOf } from './read.ts';

const everything = `
host: 0.0.0.0
port: 9000
maxEventLoopDelay: 2s
contract: openapi.yaml
overlays: [probes.yaml, more.yaml]
mergeContract: true
simulation: false
log: { level: warn }
shutdown: { drainDelay: 3s }
heartbeats: { consumer: 30s }
checks:
  orders:
    kind: postgres
    url: \${ORDERS_URL}
    writable: true
    requiredFor: startup
    interval: 10s
    timeout: 2s
    staleAfter: 1m
    failAfter: 3
    recoverAfter: 1
  stock:
    kind: http
    url: https://stock.example/health
    label: Stock
    status: [200, 204]
    maxBytes: 1024
    schema: { type: object, required: [status] }
    headers:
      Authorization: Bearer \${STOCK_TOKEN}
`;
const secrets = { ORDERS_URL: 'postgres://app:pa%3Ass@db/orders', STOCK_TOKEN: '12345' };

const settings = {
  host: '0.0.0.0',
  port: 9000,
  mergeContract: true,
  contract: 'openapi.yaml',
  overlays: ['probes.yaml', 'more.yaml'],
  maxEventLoopDelay: '2s',
  simulation: false,
  logLevel: 'warn',
  shutdown: { drainDelay: '3s', deadline: '25s' },
  heartbeats: { consumer: '30s' },
  checks: {
    orders: {
      kind: 'postgres',
      url: 'postgres://app:pa%3Ass@db/orders',
      writable: true,
      requiredFor: 'startup',
      interval: '10s',
      timeout: '2s',
      staleAfter: '1m',
      failAfter: 3,
      recoverAfter: 1,
    },
    stock: {
      kind: 'http',
      url: 'https://stock.example/health',
      label: 'Stock',
      status: [200, 204],
      maxBytes: 1024,
      schema: { type: 'object', required: ['status'] },
      headers: { Authorization: 'Bearer 12345' },
    },
  },
};

describe('without a file', () => {
  test('and without variables, the defaults are served and nothing is checked', async () => {
    await inFolder({}, async (folder) => {
      expect(await loadSettings({ folder, env: {} })).toEqual(defaultSettings);
    });
  });

  test('the environment says everything', async () => {
    const env = {
      HOST: '0.0.0.0',
      PORT: '9000',
      RELEASE_ID: '42',
      SIMULATION: 'true',
      LOG_LEVEL: 'debug',
      DRAIN_DELAY: '1s',
      DATABASE_URL: 'postgresql://app:secret@db:5432/app',
      REDIS_URL: 'rediss://cache:6379',
      AMQP_URL: 'amqp://queue/%2F',
      EXTERNAL_SERVICE_URL: 'https://api.example/health',
    };
    await inFolder({}, async (folder) => {
      expect(await loadSettings({ folder, env })).toEqual({
        host: '0.0.0.0',
        port: 9000,
        releaseId: '42',
        mergeContract: false,
        maxEventLoopDelay: '10s',
        simulation: true,
        logLevel: 'debug',
        shutdown: { drainDelay: '1s', deadline: '25s' },
        heartbeats: {},
        checks: {
          database: { kind: 'postgres', url: 'postgresql://app:secret@db:5432/app' },
          cache: { kind: 'redis', url: 'rediss://cache:6379' },
          queue: { kind: 'rabbitmq', url: 'amqp://queue/%2F' },
          external_service: { kind: 'http', url: 'https://api.example/health' },
        },
      });
    });
  });

  test('an empty variable is an unset one', async () => {
    const env = { HOST: '', PORT: '', SIMULATION: '', LOG_LEVEL: '', DATABASE_URL: '', EXTERNAL_SERVICE_URL: '' };
    await inFolder({}, async (folder) => {
      expect(await loadSettings({ folder, env })).toEqual(defaultSettings);
    });
  });

  test.each([
    [{ PORT: '80a' }, 'environment variable PORT: expected a whole number from 0 to 65535, got "80a"'],
    [{ PORT: '-1' }, 'environment variable PORT: expected a whole number from 0 to 65535, got "-1"'],
    [{ PORT: '99999' }, 'environment variable PORT: expected a whole number from 0 to 65535, got 99999'],
    [{ SIMULATION: 'yes' }, 'environment variable SIMULATION: expected true or false, got "yes"'],
    [
      { LOG_LEVEL: 'WARN' },
      'environment variable LOG_LEVEL: expected debug, info, warn, error or silent (did you mean warn?), got "WARN"',
    ],
    [
      { HOST: 'a b' },
      'environment variable HOST: expected an address to listen on, such as 127.0.0.1 or ::1, got "a b"',
    ],
    [
      { DATABASE_URL: 'mysql://app:secret@db/app' },
      'environment variable DATABASE_URL: expected a URL such as postgres://user:password@host:5432/database, got mysql://***',
    ],
    [
      { REDIS_URL: 'cache:6379' },
      'environment variable REDIS_URL: expected a URL such as redis://user:password@host:6379/0, or rediss:// for TLS, got ***',
    ],
    [
      { AMQP_URL: 'amqp://app:se/cret@queue' },
      'environment variable AMQP_URL: expected a URL with the `/` in its password written as %2F, got amqp://***',
    ],
    [
      { EXTERNAL_SERVICE_URL: 'ftp://api.example' },
      'environment variable EXTERNAL_SERVICE_URL: expected a URL such as https://host:443/path, got ftp://***',
    ],
  ])('%o is a mistake', async (env, message) => {
    await inFolder({}, async (folder) => {
      expect(await mistakeOf(loadSettings({ folder, env }))).toBe(message);
    });
  });
});

describe('with a file', () => {
  test('it says everything', async () => {
    await inFolder({ 'probity.yaml': everything }, async (folder) => {
      expect(await loadSettings({ folder, env: secrets })).toEqual(settings);
    });
  });

  test('it may have another name, and the usual one is not read then', async () => {
    await inFolder({ 'other.yaml': everything, 'probity.yaml': 'nonsense' }, async (folder) => {
      expect(await loadSettings({ file: 'other.yaml', folder, env: secrets })).toEqual(settings);
      expect(await loadSettings({ file: join(folder, 'other.yaml'), env: secrets })).toEqual(settings);
    });
  });

  test('the environment wins, except for the checks', async () => {
    const env = {
      ...secrets,
      HOST: '::1',
      PORT: '0',
      SIMULATION: 'true',
      LOG_LEVEL: 'error',
      DATABASE_URL: 'postgres://elsewhere/app',
    };
    await inFolder({ 'probity.yaml': everything }, async (folder) => {
      expect(await loadSettings({ folder, env })).toEqual({
        ...settings,
        host: '::1',
        port: 0,
        simulation: true,
        logLevel: 'error',
      });
    });
  });

  test('no check is made from the environment, not even when the file has none', async () => {
    await inFolder({ 'probity.yaml': 'port: 1' }, async (folder) => {
      const { checks } = await loadSettings({ folder, env: { DATABASE_URL: 'postgres://db/app' } });
      expect(checks).toEqual({});
    });
  });

  test('a byte order mark and Windows line ends do no harm', async () => {
    await inFolder({ 'probity.yaml': '\uFEFFport: 1\r\nlog:\r\n  level: warn\r\n' }, async (folder) => {
      expect(await loadSettings({ folder, env: {} })).toEqual({ ...defaultSettings, port: 1, logLevel: 'warn' });
    });
  });

  test.each([
    ['', 'expected configuration, got an empty file; `{}` means the defaults'],
    ['# nothing yet\n', 'expected configuration, got an empty file; `{}` means the defaults'],
    [Uint8Array.of(0x70, 0xff, 0xfe), 'expected text in UTF-8'],
    [Buffer.from('\uFEFFport: 1', 'utf16le'), 'expected text in UTF-8'],
  ])('%j is no configuration', async (content, problem) => {
    await inFolder({ 'probity.yaml': content }, async (folder) => {
      expect(await mistakeOf(loadSettings({ folder, env: {} }))).toBe(`probity.yaml: ${problem}`);
    });
  });

  test('a file without an end is no configuration', async () => {
    await inFolder({ 'probity.yaml': `port: 1 #${'x'.repeat(300_000)}` }, async (folder) => {
      expect(await mistakeOf(loadSettings({ folder, env: {} }))).toBe('probity.yaml: too large');
      expect(await mistakeOf(loadSettings({ file: '/dev/zero', folder, env: {} }))).toBe('/dev/zero: too large');
    });
  });

  test('a named file that is not there is a mistake', async () => {
    await inFolder({}, async (folder) => {
      const mistake = mistakeOf(loadSettings({ file: 'gone\n.yaml', folder, env: {} }));
      expect(await mistake).toBe('gone\\u{a}.yaml: no such file');
    });
  });

  test('a folder is not a file', async () => {
    await inFolder({}, async (folder) => {
      await mkdir(join(folder, 'probity.yaml'));
      const mistake = mistakeOf(loadSettings({ folder, env: {} }));
      expect(await mistake).toBe('probity.yaml: expected a file, got a folder');
    });
  });
});
