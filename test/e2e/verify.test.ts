import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres } from '../servers/postgres.ts';
import { type Ended, runCommand } from './command.ts';
import { startService, untilStatus } from './service.ts';

const root = join(import.meta.dirname, '../..');
const actuator = join(root, 'test/contract/documents/actuator.yaml');

const verify = (...args: string[]): Promise<Ended> => runCommand(['verify', ...args]);

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres?.dispose());

describe('a service with a document of the user’s own', () => {
  it('answers in Actuator’s words from a real PostgreSQL, and is found to keep its promises', async () => {
    const service = await startService({ DATABASE_URL: postgres.url }, ['--contract', actuator]);
    const ready = await untilStatus(`${service.url}/actuator/health`, 200);
    expect(await ready.json()).toEqual({ status: 'UP', components: { database: { status: 'UP' } } });
    const { code, stdout } = await verify(service.url, '--contract', actuator);
    expect(stdout).toContain('2 kept, 0 broken, 0 skipped');
    expect(code).toBe(0);

    await postgres.kill();
    const down = await untilStatus(`${service.url}/actuator/health`, 503);
    expect(await down.json()).toEqual({
      status: 'DOWN',
      components: { database: { status: 'DOWN', details: { reason: 'refused' } } },
    });
    expect((await verify(service.url, '--contract', actuator)).code).toBe(0);
    expect((await fetch(`${service.url}/health`)).status).toBe(404);
    expect(await service.stop()).toBe(0);
    await postgres.start();
  });

  it('refuses to start with a document that it could not honour', async () => {
    const { spawnService } = await import('./service.ts');
    const document = join(root, 'test/contract/documents/refused/words-that-are-not-translated.yaml');
    const service = spawnService({ DATABASE_URL: postgres.url }, ['--contract', document]);
    expect(await service.exited).toBe(2);
    expect(service.lines).toHaveLength(1);
    expect(service.lines[0]).toMatch(
      /^probity: \S+:8:\d+: GET \/ready cannot be answered while all is well: .*got "up".* \[PROBITY_CONTRACT\]$/,
    );
  });
});

describe('the built-in contract', () => {
  it('is kept, as its own document says from outside', async () => {
    const service = await startService({ DATABASE_URL: postgres.url, SIMULATION: 'true' });
    await untilStatus(`${service.url}/ready`, 200);
    const { code, stdout } = await verify(service.url, '--json');
    const findings = JSON.parse(stdout) as { path: string; method: string; result: string }[];
    expect(findings.filter(({ result }) => result === 'broken')).toEqual([]);
    expect(findings.filter(({ result }) => result === 'kept').map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/health', '/ready', '/checks', '/metrics', '/docs', '/']),
    );
    expect(code).toBe(0);
    await service.stop();
  });

  it('is kept as well where it wants a token, and says which operations do', async () => {
    const env = { PROBITY_TOKENS: 'ann:correct-horse-battery' };
    const service = await startService({ DATABASE_URL: postgres.url, ...env });
    const { code, stdout } = await verify(service.url, '--json');
    const findings = JSON.parse(stdout) as { path: string; result: string; status?: number }[];
    expect(findings.filter(({ path }) => path === '/checks')).toMatchObject([{ status: 401 }]);
    expect([code, findings.filter(({ result }) => result === 'broken')]).toEqual([0, []]);
    const served = await (await fetch(`${service.url}/openapi.json`)).json();
    expect(served).toMatchObject({ paths: { '/checks': { get: { security: [{ bearer: [] }] } } } });
    const printed = await runCommand(['contract'], { DATABASE_URL: postgres.url, ...env });
    expect(JSON.parse(printed.stdout)).toEqual(served);
    await service.stop();
  });

  it('is printed, and its samples', async () => {
    const command = (...args: string[]) => runCommand(['contract', ...args]);
    expect(JSON.parse((await command()).stdout).info.title).toBe('Probity');
    const lines = (await command('--samples')).stdout.trim().split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^GET \/ready 200 {"status":"ready"} while .*all is well/));
    expect(lines.filter((line) => line.startsWith('GET /health '))).toEqual([
      expect.stringMatching(/^GET \/health 200 {"status":"up"} while starting; .*all is well; .*; shutting down/),
      expect.stringMatching(/^GET \/health 503 {.*} while the event loop is blocked$/),
    ]);
    const samples = JSON.parse((await command('--samples', '--json')).stdout) as object[];
    expect(samples[0]).toMatchObject({ operation: 'getHealth', status: 200, body: '{"status":"up"}' });
  });
});

describe('a service that lies', () => {
  /** Answers every request with these bytes. */
  async function liar(answer: string): Promise<{ url: string; server: Server }> {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(answer));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
  }
  const json = (status: string, body: string, type = 'application/json'): string =>
    `HTTP/1.1 ${status}\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  const faststream = join(root, 'test/contract/documents/faststream.yaml');

  it.each([
    [
      'a wrong body',
      actuator,
      json('200 OK', '{"status":"FINE"}'),
      /broken {2}GET .*body\/status must be equal to one of/,
    ],
    ['a body that is no JSON', actuator, json('200 OK', 'UP'), /the body is not JSON/],
    ['an undeclared status', actuator, json('418 Teapot', '{}'), /undeclared status 418, declared are 200, 503/],
    [
      'a wrong media type',
      actuator,
      json('200 OK', 'UP', 'text/plain'),
      /media type text\/plain, declared is application\/json/,
    ],
    [
      'a body on 204',
      faststream,
      'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
      /a body on 204/,
    ],
    ['nothing but a closed door', faststream, '', /no answer/],
  ])('with %s is found out', async (_, contract, answer, finding) => {
    const { url, server } = await liar(answer);
    const { code, stdout } = await verify(url, '--contract', contract);
    expect(stdout).toMatch(finding);
    expect(code).toBe(1);
    server.close();
  });

  it('or that has no document is told so', async () => {
    const { url, server } = await liar(json('404 Not Found', '{}'));
    const { code, stderr } = await verify(url);
    expect(code).toBe(2);
    expect(stderr.trim()).toBe(
      `probity: ${url}/openapi.json: expected the document, got 404; see --contract [PROBITY_SERVICE]`,
    );
    server.close();
  });
});
