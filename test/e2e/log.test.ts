import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { environment } from '../environment.ts';
import { freePort } from '../servers/free-port.ts';
import { startHttp } from '../servers/http.ts';
import { temporaryFolder } from '../servers/process.ts';
import { startOnTerminal } from './command.ts';
import { spawnService, startService, untilStatus } from './service.ts';

const root = join(import.meta.dirname, '../..');
const nothing = join(import.meta.dirname, 'nothing.yaml');
const main = join(root, 'src/cli/main.ts');
const folder = temporaryFolder('log');
afterAll(() => folder.remove());

const parsed = (lines: readonly string[]): Record<string, unknown>[] => lines.map((line) => JSON.parse(line));

/** Asks until anything answers; the time-out of the test is the limit. */
async function untilListening(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
  }
}

describe('the log of the service', () => {
  it('has a line for each transition and each fault, and none for a probe, at any level', async () => {
    const external = await startHttp();
    const service = await startService({ EXTERNAL_SERVICE_URL: external.url, SIMULATION: 'true', LOG_LEVEL: 'debug' });
    await service.logged({ msg: 'check changed', to: 'up' });
    for (const path of ['/health', '/ready', '/startup', '/health']) await fetch(service.url + path);
    await fetch(`${service.url}/simulate_external_service_failure`, { method: 'POST' });
    await untilStatus(`${service.url}/ready`, 503);
    await fetch(`${service.url}/simulate_external_service_recovery`, { method: 'POST' });
    await untilStatus(`${service.url}/ready`, 200);
    expect(await service.stop()).toBe(0);
    const said = parsed(service.lines).filter(({ msg }) => msg !== 'run failed');
    const warning = said.shift();
    expect(warning).toMatchObject({ level: 'warn', msg: expect.stringMatching(/^simulation is open to /) });
    expect(said.map(({ level, msg, to }) => [level, msg, ...(to === undefined ? [] : [to])])).toEqual([
      ['info', 'listening'],
      ['info', 'check changed', 'up'],
      ['warn', 'simulated fault set'],
      ['warn', 'check changed', 'down'],
      ['warn', 'simulated fault cleared'],
      ['info', 'check changed', 'up'],
      ['info', 'shutting down'],
      ['info', 'stopped'],
    ]);
    expect(said[3]).toMatchObject({ check: 'external_service', from: 'up', reason: 'unavailable', simulated: true });
    expect(said[4]).toMatchObject({ check: 'external_service', kind: 'outage', simulated: true });
    const times = said.map(({ time }) => String(time));
    expect(times).toEqual(times.toSorted());
    await external.dispose();
  });

  it('is complete when the service ends at once, by a second signal', async () => {
    const service = await startService({ DRAIN_DELAY: '10s' });
    service.kill('SIGTERM');
    await service.logged({ msg: 'shutting down' });
    service.kill('SIGTERM');
    expect(await service.exited).toBe(1);
    expect(parsed(service.lines).map(({ msg }) => msg)).toEqual(['listening', 'shutting down']);
  });

  it('is complete when the process ends before pino was loaded', async () => {
    // Ends the process in the moment in which the first line is said.
    const hook = join(folder.path, 'end.mjs');
    writeFileSync(
      hook,
      `import { Server } from 'node:net';
       const listen = Server.prototype.listen;
       Server.prototype.listen = function (...args) {
         return listen.apply(this, args).once('listening', () => setTimeout(() => process.exit(7), 1));
       };`,
    );
    const service = spawnService({ NODE_OPTIONS: `--import ${hook}` });
    expect(await service.exited).toBe(7);
    expect(parsed(service.lines)).toMatchObject([{ msg: 'listening' }]);
  });

  it('tells an uncaught error before the service ends of it', async () => {
    const hook = join(folder.path, 'fail.mjs');
    writeFileSync(hook, `process.on('SIGUSR2', () => { throw new Error('out of the blue, not hunter2') });`);
    const service = await startService({
      NODE_OPTIONS: `--import ${hook}`,
      EXTERNAL_SERVICE_URL: 'http://app:hunter2@127.0.0.1:1/',
      LOG_LEVEL: 'debug',
    });
    service.kill('SIGUSR2');
    expect(await service.exited).toBe(1);
    expect(parsed(service.lines)).toContainEqual(
      expect.objectContaining({
        level: 'error',
        msg: 'uncaught error',
        err: expect.objectContaining({ message: 'out of the blue, not ***' }),
      }),
    );
    expect(service.lines.join('\n')).not.toContain('hunter2');
  });

  it('stops no service when nobody reads it any more', async () => {
    const [port, external] = [await freePort(), await startHttp()];
    const child = spawn(process.execPath, [main, 'serve'], {
      env: {
        ...environment,
        PORT: String(port),
        SIMULATION: 'true',
        EXTERNAL_SERVICE_URL: external.url,
        DRAIN_DELAY: '1ms',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const errors: string[] = [];
    child.stderr.on('data', (data) => errors.push(String(data)));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    const url = `http://127.0.0.1:${port}`;
    for (let turn = 0; turn < 5; turn += 1) {
      expect((await fetch(`${url}/simulate_external_service_failure`, { method: 'POST' })).status).toBe(200);
      expect((await fetch(`${url}/simulate_external_service_recovery`, { method: 'POST' })).status).toBe(200);
    }
    expect((await fetch(`${url}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(errors).toEqual([]);
    await external.dispose();
  });

  it('is for people on a terminal', async () => {
    const command = startOnTerminal(['serve', '--config', nothing], { PORT: '0', DRAIN_DELAY: '1ms' });
    await command.printed(/listening/);
    // Control-C.
    command.type('\x03');
    const { code, stdout: text } = await command.ended;
    expect(code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    const plain = text.replaceAll(/\u001b\[\d+m/g, '').replaceAll(/\^C|\r/g, '');
    expect(plain).toMatch(
      /^\[[\d:.]+\] INFO: listening \{"url":"http:.*\n\[[\d:.]+\] INFO: shutting down .*\n.*INFO: stopped\n$/,
    );
    expect(text).toContain('\u001b[3');
  });

  const without = (name: string): string => {
    const file = join(folder.path, `without-${name}.cjs`);
    writeFileSync(
      file,
      `const Module = require('node:module');
       const resolve = Module._resolveFilename;
       Module._resolveFilename = function (request, ...rest) {
         if (request === '${name}') throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
         return resolve.call(this, request, ...rest);
       };`,
    );
    return `--require ${file}`;
  };

  it.each([
    ['DATABASE_URL', 'postgres://h/db', 'postgres', 'pg'],
    ['REDIS_URL', 'redis://h', 'redis', 'ioredis'],
    ['AMQP_URL', 'amqp://h', 'rabbitmq', 'amqplib'],
  ])('asks for the driver of what %s names', async (variable, url, kind, name) => {
    const service = spawnService({ NODE_OPTIONS: without(name), [variable]: url });
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual([
      `probity: environment variable ${variable}: ${kind} needs the package ${name}: npm install ${name} [PROBITY_DRIVER]`,
    ]);
  });

  it('asks for pino by name where it is needed and not installed, and does without pino-pretty', async () => {
    const service = spawnService({ NODE_OPTIONS: without('pino') });
    expect(await service.exited).toBe(2);
    expect(service.lines).toEqual(['probity: the log needs the package pino: npm install pino [PROBITY_DRIVER]']);
    const port = await freePort();
    const silent = spawnService({ NODE_OPTIONS: without('pino'), LOG_LEVEL: 'silent', PORT: String(port) });
    await untilListening(`http://127.0.0.1:${port}/health`);
    expect(await silent.stop()).toBe(0);
    expect(silent.lines).toEqual([]);
    const plain = await startService({ NODE_OPTIONS: without('pino-pretty') });
    expect(await plain.stop()).toBe(0);
    expect(parsed(plain.lines).at(-1)).toMatchObject({ msg: 'stopped' });
  });
});
