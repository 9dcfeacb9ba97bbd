import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startRedis } from '../servers/redis.ts';
import { spawnService, startService, untilStatus } from './service.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probity serve '));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a start that cannot be', () => {
  it('says in one line that the port is in use, before any check starts, and exits with 1', async () => {
    const external = await startHttp();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const service = spawnService({ PORT: String(port), EXTERNAL_SERVICE_URL: external.url });
    expect(await service.exited).toBe(1);
    expect(service.lines).toEqual([
      `probity: port ${port} on 127.0.0.1 is in use: stop what listens there, or set PORT [PROBITY_ADDRESS]`,
    ]);
    expect(external.requests).toEqual([]);
    taken.close();
    await external.dispose();
  });

  it.each([
    [{ PORT: '80a' }, 'environment variable PORT: expected a whole number from 0 to 65535, got "80a" [PROBITY_CONFIG]'],
    [
      { HOST: '0.0.0.0', SIMULATION: 'true' },
      'Expected a loopback `host` or `access.tokens` while `simulation` is on, got `0.0.0.0` [PROBITY_ACCESS]',
    ],
  ])('says in one line what is wrong with %j and exits with 2', async (env, message) => {
    const service = spawnService(env);
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual([`probity: ${message}`]);
  });

  it('names the place of a mistake in the file', async () => {
    writeFileSync(
      join(folder, 'probity.yaml'),
      'checks:\n  database:\n    kind: postgres\n    ulr: postgres://u:secret@h/d\n',
    );
    const service = spawnService({}, [], folder);
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual([
      'probity: probity.yaml:4:5: checks.database: unknown key `ulr`, did you mean `url`? [PROBITY_CONFIG]',
    ]);
  });

  it.each([
    [
      undefined,
      'nothing to watch: expected DATABASE_URL, REDIS_URL, AMQP_URL or EXTERNAL_SERVICE_URL, or probity.yaml with `checks` or `heartbeats`; found none [PROBITY_CONFIG]',
    ],
    [
      'port: 0\n',
      'probity.yaml: nothing to watch: expected `checks` or `heartbeats` (`checks: {}` if none is meant) [PROBITY_CONFIG]',
    ],
  ])('is told of when there is nothing to watch (file: %j)', async (file, message) => {
    if (file !== undefined) writeFileSync(join(folder, 'probity.yaml'), file);
    const service = spawnService({}, [], folder);
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual([`probity: ${message}`]);
  });

  it.each(['checks: {}\n', 'heartbeats: { consumer: 1m }\n'])(
    'can be without a check where %j says so',
    async (file) => {
      writeFileSync(join(folder, 'probity.yaml'), file);
      const service = spawnService({}, [], folder);
      const listening = await service.logged({ msg: 'listening' });
      expect((await fetch(`${listening.url}/ready`)).status).toBe(200);
      expect(await service.stop()).toBe(0);
    },
  );

  it('names the file that is not there', async () => {
    const service = spawnService({}, ['--config', 'nowhere.yaml'], folder);
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual(['probity: nowhere.yaml: no such file [PROBITY_CONFIG]']);
  });
});

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('comes in order with %s, while a run hangs', async (signal) => {
    const external = await startHttp();
    external.answer(() => {});
    const service = await startService({ EXTERNAL_SERVICE_URL: external.url });
    const keptAlive = connect(Number(new URL(service.url).port), '127.0.0.1');
    keptAlive.on('error', () => {});
    keptAlive.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(keptAlive, 'data');
    service.kill(signal);
    expect(await service.exited).toBe(0);
    expect(service.lines.at(-1)).toContain('stopped');
    await external.dispose();
  });
});

describe('secrets', () => {
  it('stand in no line and in no answer when credentials are refused', { timeout: 60_000 }, async () => {
    const [postgres, redis, rabbitmq] = await Promise.all([
      startPostgres(),
      startRedis({ settings: { requirepass: 'right' } }),
      startRabbitmq(),
    ]);
    const wrong = (url: string, user: string): string => {
      const changed = new URL(url);
      changed.username = user;
      changed.password = 'hunter2-secret';
      return changed.href;
    };
    const service = await startService({
      DATABASE_URL: wrong(postgres.url, 'probity'),
      REDIS_URL: wrong(redis.url, ''),
      AMQP_URL: wrong(rabbitmq.url, 'guest'),
      LOG_LEVEL: 'debug',
    });
    for (const check of ['database', 'cache', 'queue']) {
      await service.logged({ msg: 'check changed', check, to: 'down', reason: 'auth' });
    }
    const problem = await untilStatus(`${service.url}/ready`, 503);
    const bodies = [await problem.text()];
    for (const path of ['/checks', '/metrics', '/openapi.json']) {
      bodies.push(await (await fetch(service.url + path)).text());
    }
    expect(await service.stop()).toBe(0);
    expect([...service.lines, ...bodies].join('\n')).not.toContain('hunter2');
    await Promise.all([postgres.dispose(), redis.dispose(), rabbitmq.dispose()]);
  });
});
