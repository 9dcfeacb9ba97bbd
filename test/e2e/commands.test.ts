import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../servers/free-port.ts';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { runCommand, startCommand, startOnTerminal } from './command.ts';
import { type Service, startService, untilStatus } from './service.ts';

const token = 'b7e4c1a09d2f4c55';
let folder: string;
let postgres: PostgresServer;
let service: Service;
let guarded: Service;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'probity commands '));
  postgres = await startPostgres();
  const checks = `checks:\n  database: { kind: postgres, url: "${postgres.url}", interval: 50ms, staleAfter: 1m }\n`;
  writeFileSync(join(folder, 'probity.yaml'), checks);
  writeFileSync(
    join(folder, 'guarded.yaml'),
    `${checks}access: { tokens: [{ name: ann, token: "${token}" }], protect: [checks] }\n`,
  );
  [service, guarded] = await Promise.all(
    ['probity.yaml', 'guarded.yaml'].map((file) =>
      startService({ SIMULATION: 'true' }, ['--config', join(folder, file)]),
    ) as [Promise<Service>, Promise<Service>],
  );
  await Promise.all([service, guarded].map(({ url }) => untilStatus(`${url}/ready`, 200)));
});
afterAll(async () => {
  await Promise.all([service, guarded].map((one) => one?.stop()));
  await postgres?.dispose();
  rmSync(folder, { recursive: true });
});

/** Whatever was simulated is over. */
async function recover(): Promise<void> {
  await fetch(`${service.url}/faults`, { method: 'DELETE' });
  await untilStatus(`${service.url}/ready`, 200);
}

describe('probity check', () => {
  afterEach(recover);

  it.each([
    ['', '/ready: 200\n'],
    ['/', '/ready: 200\n'],
    ['/health', '/health: 200\n'],
    ['/health?probe=docker', '/health: 200\n'],
    ['/internal/ready', '/internal/ready: 204\n'],
  ])('exits with 0 when %j says yes', async (path, line) => {
    const ended = await runCommand(['check', service.url + path]);
    expect(ended).toEqual({ code: 0, stdout: service.url + line, stderr: '' });
  });

  it('asks the service of HOST and PORT when no URL is given', async () => {
    const { port } = new URL(service.url);
    for (const HOST of ['', '0.0.0.0', '127.0.0.1'])
      expect((await runCommand(['check'], { HOST, PORT: port })).stdout).toBe(`http://127.0.0.1:${port}/ready: 200\n`);
  });

  it('exits with 1 and names the dependency when a real PostgreSQL is gone', async () => {
    await postgres.kill();
    await untilStatus(`${service.url}/ready`, 503);
    const ended = await runCommand(['check', service.url]);
    const alive = await runCommand(['check', `${service.url}/health`]);
    await postgres.start();
    expect(ended).toEqual({
      code: 1,
      stdout: `${service.url}/ready: 503 Database not available\n`,
      stderr: '',
    });
    expect(alive.code).toBe(0);
  });

  it('exits with 1 when nobody listens', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const ended = await runCommand(['check', url]);
    expect(ended).toEqual({ code: 1, stdout: `${url}/ready: no answer (ECONNREFUSED)\n`, stderr: '' });
  });

  it.each<[string, string, string[], string]>([
    ['accepts and says nothing', '', ['--timeout', '300ms'], 'no answer within 0.3s'],
    [
      'stalls after its headers',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n',
      ['--timeout', '300ms'],
      'no answer within 0.3s',
    ],
    [
      'speaks another protocol',
      'SSH-2.0-OpenSSH_9.2\r\n',
      [],
      'no answer (Response does not match the HTTP/1.1 protocol (Expected HTTP/, RTSP/ or ICE/))',
    ],
    [
      'sends the prober elsewhere',
      'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
      [],
      '302',
    ],
    [
      'tries to act on the terminal',
      'HTTP/1.1 503 No\r\nContent-Length: 29\r\n\r\n{"detail":"a\\u001b[2J\\nb c "}',
      [],
      '503 a\\u{1b}[2J\\u{a}b c ',
    ],
  ])('exits with 1 when the service %s', async (_, bytes, options, says) => {
    const server: Server = createServer((socket) => {
      socket.on('error', () => {}).once('data', () => socket.write(bytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ended = await runCommand(['check', url, ...options]);
    server.close();
    expect(ended).toEqual({ code: 1, stdout: `${url}/ready: ${says}\n`, stderr: '' });
  });

  it.each([
    [['--tiemout', '1s'], "unknown option '--tiemout' (Did you mean --timeout?) [PROBITY_USAGE]"],
    [
      ['--timeout', 'soon'],
      'Expected `--timeout` to be a positive duration such as 800ms, 5s or 1m, got `soon` [PROBITY_OPTION]',
    ],
    [['ftp://127.0.0.1'], 'expected a URL such as http://127.0.0.1:8000, got "ftp://127.0.0.1" [PROBITY_USAGE]'],
    [['http://ann:hunter2@127.0.0.1'], 'expected a URL without a user, got http://*** [PROBITY_USAGE]'],
    [['ann:hunter2@127.0.0.1'], 'expected a URL such as http://127.0.0.1:8000, got *** [PROBITY_USAGE]'],
  ])('knows no third exit code: %j', async (args, message) => {
    expect(await runCommand(['check', ...args])).toEqual({ code: 1, stdout: '', stderr: `probity: ${message}\n` });
  });
});

describe('probity wait', () => {
  afterEach(recover);
  const databaseFault = (): string => `${service.url}/faults/database`;
  const fail = (): Promise<Response> =>
    fetch(databaseFault(), {
      method: 'PUT',
      body: '{"kind":"outage"}',
      headers: { 'Content-Type': 'application/json' },
    });

  it('waits until each service is ready, and says on the way why not', async () => {
    await fail();
    const command = startCommand(['wait', service.url, `${guarded.url}/internal/ready`]);
    await command.printed(/\/ready: 503 Database not available \(\d+\.\ds\)\n/);
    await fetch(databaseFault(), { method: 'DELETE' });
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.replace(/ \(\d+\.\ds\)$/, ''));
    expect(lines.filter((line) => line.startsWith(service.url))).toEqual([
      `${service.url}/ready: 503 Database not available`,
      `${service.url}/ready: 200`,
    ]);
    expect(lines).toContain(`${guarded.url}/internal/ready: 204`);
  });

  it('waits for a service that does not run yet', async () => {
    const port = String(await freePort());
    const command = startCommand(['wait', `http://127.0.0.1:${port}`]);
    await command.printed(/no answer \(ECONNREFUSED\)/);
    const late = await startService({ PORT: port });
    expect((await command.ended).code).toBe(0);
    await late.stop();
  });

  it('exits with 1 when time is up, and names those that are missing alone', async () => {
    await fail();
    const { code, stderr } = await runCommand(['wait', '--timeout', '400ms', service.url, guarded.url]);
    expect([code, stderr]).toEqual([
      1,
      `probity: not ready within 400ms: ${service.url}/ready: 503 Database not available [PROBITY_NOT_READY]\n`,
    ]);
  });

  it('keeps one line up to date on a terminal', async () => {
    await fail();
    const command = startOnTerminal(['wait', service.url]);
    await command.printed(/503 Database not available[\s\S]*503 Database not available/);
    await fetch(databaseFault(), { method: 'DELETE' });
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    // Up by one line, to its begin, and cleared from there: each drawing takes the place of the one before.
    const [first, ...rest] = stdout.split('\u001b[1A\u001b[1G\u001b[0J');
    expect(stripVTControlCharacters(first as string)).toContain('… ');
    expect(rest.length).toBeGreaterThan(1);
    expect(stripVTControlCharacters(rest.at(-1) as string)).toMatch(/^✓ \S+\/ready: 200 \(\d+\.\ds\)\s+$/);
  });

  it('does not begin to wait for what is no URL', async () => {
    const { code, stderr } = await runCommand(['wait', `http://127.0.0.1:${await freePort()}`, 'localhost:8000']);
    expect([code, stderr]).toEqual([
      2,
      'probity: expected a URL such as http://127.0.0.1:8000, got "localhost:8000" [PROBITY_USAGE]\n',
    ]);
  });
});

describe('probity status', () => {
  afterEach(recover);

  it('shows each check of a service that is ready', async () => {
    const { code, stdout } = await runCommand(['status', service.url]);
    const [title, blank, header, row] = stdout.split('\n');
    expect(title).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+ {2}ready, started {2}\(up \d+s, \d+ MB, event loop delay \d+ ms\)$/,
    );
    expect(blank).toBe('');
    expect(header?.split(/ {2,}/)).toEqual([
      'CHECK',
      'STATUS',
      'REASON',
      'REQUIRED FOR',
      'FOR',
      'LAST RUN',
      'SIMULATED',
    ]);
    expect(row).toMatch(/^database {2}up {14}readiness {5}\d+s +\d+\.\d ms, 0s ago$/);
    expect(code).toBe(0);
  });

  it('exits with 1 and tells the reason of one that is not ready', async () => {
    await runCommand(['faults', 'set', service.url, 'database', 'outage']);
    const { code, stdout } = await runCommand(['status', service.url]);
    expect(stdout).toMatch(/ {2}not ready, started {2}/);
    expect(stdout).toMatch(/\ndatabase {2}down {4}unavailable {2}readiness .* outage until \d{4}-\d\d-\d\dT/);
    expect(code).toBe(1);
    const json = await runCommand(['status', service.url, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ ready: false, checks: [{ check: 'database', status: 'down' }] });
    expect(json.code).toBe(1);
  });

  it('has colours on a terminal, and none where NO_COLOR is set', async () => {
    const green = '\u001b[32mup\u001b[39m';
    expect((await startOnTerminal(['status', service.url]).ended).stdout).toContain(green);
    const plain = (await startOnTerminal(['status', service.url], { NO_COLOR: '1' }).ended).stdout;
    expect(plain).toContain('database  up ');
    expect(plain).not.toContain('\u001b[3');
  });

  it('goes on watching a service that changes, goes away and comes back', async () => {
    const own = await startService({}, ['--config', join(folder, 'probity.yaml')]);
    const { port } = new URL(own.url);
    const command = startCommand(['status', own.url, '--watch', '--json']);
    await command.printed(/"ready":true/);
    await own.stop();
    await command.printed(/\{"error":"http:\/\/127\.0\.0\.1:\d+: no answer \(ECONNREFUSED\)"\}/);
    const again = await startService({ PORT: port }, ['--config', join(folder, 'probity.yaml')]);
    await command.printed(/ECONNREFUSED[\s\S]*"ready":true/);
    command.kill('SIGINT');
    expect((await command.ended).code).toBe('SIGINT');
    await again.stop();
  });

  it('draws over what it drew when it watches on a terminal', async () => {
    const command = startOnTerminal(['status', service.url, '--watch']);
    await command.printed(/CHECK[\s\S]*CHECK/);
    command.kill('SIGTERM');
    expect((await command.ended).stdout).toContain('\u001b[4A\u001b[1G\u001b[0J');
  });

  it('needs the token of PROBITY_TOKEN where checks are guarded', async () => {
    const refused = await runCommand(['status', guarded.url]);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^probity: http:\/\/127\.0\.0\.1:\d+: 401 .* \[PROBITY_SERVICE\]\n$/);
    const wrong = await runCommand(['status', guarded.url], { PROBITY_TOKEN: 'not-the-right-one' });
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).not.toContain('not-the-right-one');
    expect(refused.stderr).toContain(': 401 Expected a bearer token: set PROBITY_TOKEN to one of its tokens');
    expect(wrong.stderr).toContain(': 401 Expected a valid bearer token: PROBITY_TOKEN is none of its tokens');
    expect((await runCommand(['status', guarded.url], { PROBITY_TOKEN: token })).code).toBe(0);
  });
});

describe('probity faults', () => {
  afterEach(recover);

  it.each([
    [['outage'], {}, ''],
    [['hang', '--ttl', '5m'], { ttlSeconds: 300 }, ''],
    [
      ['latency', '--delay', '5s', '--jitter', '200ms'],
      { delayMs: 5_000, jitterMs: 200 },
      'delayMs 5000, jitterMs 200',
    ],
    [['flap', '--period', '1m'], { periodMs: 60_000 }, 'periodMs 60000'],
    [['error', '--probability', '0.5'], { probability: 0.5 }, 'probability 0.5'],
  ])('sets, lists and clears: %j', async (words, properties, shown) => {
    const kind = words[0] as string;
    const set = await runCommand(['faults', 'set', service.url, 'database', ...words]);
    expect(set).toMatchObject({ code: 0, stderr: '' });
    expect(set.stdout).toMatch(new RegExp(`^database: ${kind} until \\d{4}-`));
    const json = await runCommand(['faults', 'list', service.url, '--json']);
    expect(JSON.parse(json.stdout)).toEqual([
      { check: 'database', fault: { kind, ...properties }, until: expect.any(String) },
    ]);
    const { stdout } = await runCommand(['faults', 'list', service.url]);
    expect(stdout.split('\n')[1]?.trimEnd()).toMatch(new RegExp(`^database  ${kind}  \\S+Z *${shown}$`));
    const cleared = await runCommand(['faults', 'clear', service.url, 'database']);
    expect(cleared).toEqual({ code: 0, stdout: 'database: no fault\n', stderr: '' });
    expect((await runCommand(['faults', 'list', service.url])).stdout).toBe('no faults\n');
  });

  it('is a real outage, and clears all', async () => {
    await runCommand(['faults', 'set', service.url, 'database', 'outage']);
    await untilStatus(`${service.url}/ready`, 503);
    const cleared = await runCommand(['faults', 'clear', service.url]);
    expect(cleared).toEqual({ code: 0, stdout: 'every check: no fault\n', stderr: '' });
    expect((await untilStatus(`${service.url}/ready`, 200)).ok).toBe(true);
  });

  it.each([
    [['nobody', 'outage'], '404 No check is named nobody: known are database'],
    [['database', 'latency'], "400 requestBody must have required property 'delayMs'"],
    [['database', 'outage', '--ttl', '48h'], '400 requestBody/ttlSeconds must be <= 86400'],
  ])('passes on what the service has against it: %j', async (words, says) => {
    const { code, stdout, stderr } = await runCommand(['faults', 'set', service.url, ...words]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.startsWith(`probity: ${service.url}: ${says}`), stderr).toBe(true);
    expect(stderr.match(/\n/g)).toHaveLength(1);
  });

  it('is set in the name of the token of PROBITY_TOKEN', async () => {
    const words = ['faults', 'set', guarded.url, 'database', 'outage', '--ttl', '1m'];
    expect((await runCommand(words)).stderr).toMatch(/: 401 /);
    expect((await runCommand(words, { PROBITY_TOKEN: token })).code).toBe(0);
    const listed = await runCommand(['faults', 'list', guarded.url], { PROBITY_TOKEN: token });
    expect(listed.stdout).toMatch(/\ndatabase {2}outage {2}\S+ {2}ann\n/);
    expect((await runCommand(['faults', 'clear', guarded.url], { PROBITY_TOKEN: token })).code).toBe(0);
    await untilStatus(`${guarded.url}/ready`, 200);
  });
});

describe('the command', () => {
  it.each([
    [[], 2],
    [['--help'], 0],
  ])('%j shows what there is, with the exit codes', async (args, code) => {
    const ended = await runCommand(args);
    expect(ended.code).toBe(code);
    const text = ended.stdout + ended.stderr;
    for (const name of [
      'serve',
      'check',
      'wait',
      'status',
      'faults',
      'contract',
      'adopt',
      'verify',
      'manifest',
      'lint',
    ])
      expect(text).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(text).toContain('Exit codes:\n  0  all is well');
  });

  it.each(['serve', 'check', 'wait', 'status', 'faults', 'contract', 'adopt', 'verify', 'manifest', 'lint'])(
    'has examples in the help of %s',
    async (name) => {
      const { code, stdout } = await runCommand([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toMatch(/\nExamples:\n(.*\n)*.*probity/);
    },
  );

  it.each([
    [['srve'], "unknown command 'srve' (Did you mean serve?)"],
    [['serve', '--confg', 'x.yaml'], "unknown option '--confg' (Did you mean --config?)"],
    [['contract', 'x'], "too many arguments for 'contract'. Expected 0 arguments but got 1."],
    [['wait'], "missing required argument 'url'"],
    [['faults', 'set', 'http://127.0.0.1:1'], "missing required argument 'check'"],
    [['status', 'nowhere'], 'expected a URL such as http://127.0.0.1:8000, got "nowhere"'],
  ])('refuses %j in one line, with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runCommand(args);
    expect([code, stdout, stderr]).toEqual([2, '', `probity: ${message} [PROBITY_USAGE]\n`]);
  });

  it('tells the version of the package', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    expect((await runCommand(['--version'])).stdout).toBe(`${manifest.version}\n`);
  });
});
