import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../generated/contract/types.gen.ts';
import { silent } from '../../src/base/log.ts';
import { isolate } from '../../src/isolated/parent.ts';
import { sharedStateOf } from '../../src/server/access/access.ts';
import { keysOf } from '../../src/server/access/keys.ts';
import { untilStatus } from '../e2e/service.ts';
import { startProgram } from '../shutdown/program.ts';

const script = join(import.meta.dirname, 'scenarios/isolated.ts');

describe('an isolated listener', () => {
  it('answers while the main thread computes, and tells the stall in the details', async () => {
    const program = startProgram(script, { BLOCK_MS: '2000' });
    const url = `http://127.0.0.1:${await program.port('port')}`;
    await untilStatus(`${url}/ready`, 200);
    program.kill('SIGUSR2');
    await program.said('blocked');
    let stall = 0;
    while (stall < 500) {
      const began = performance.now();
      expect((await fetch(`${url}/health`)).status).toBe(200);
      expect(performance.now() - began).toBeLessThan(1_000);
      const report = (await (await fetch(`${url}/checks`)).json()) as { process: { eventLoopDelayMs: number } };
      stall = report.process.eventLoopDelayMs;
    }
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  it('turns liveness and readiness 503 past the limit, and back when the main thread is', async () => {
    const program = startProgram(script, { BLOCK_MS: '3000', LIMIT: '1s' });
    const url = `http://127.0.0.1:${await program.port('port')}`;
    await untilStatus(`${url}/ready`, 200);
    program.kill('SIGUSR2');
    await program.said('blocked');
    const began = performance.now();
    const problem = await untilStatus(`${url}/health`, 503);
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await problem.json()).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail: 'Event loop blocked',
    });
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect((await fetch(`${url}/startup`)).status).toBe(200);
    await untilStatus(`${url}/ready`, 200);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  it('answers 404 and 405 to what is not a probe', async () => {
    const program = startProgram(script);
    const url = `http://127.0.0.1:${await program.port('port')}`;
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
    const refused = await fetch(`${url}/health`, { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect((await fetch(`${url}/health`, { method: 'HEAD' })).status).toBe(200);
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
  });

  it('does not outlive the main thread', async () => {
    const program = startProgram(script);
    const port = await program.port('port');
    program.kill('SIGKILL');
    expect(await program.exited).toBe('SIGKILL');
    const error = await new Promise((resolve) => connect(port, '127.0.0.1').on('error', resolve));
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is replaced on the same port when it dies', async () => {
    const deaths: object[] = [];
    const report: Report = {
      lifecycle: 'started',
      live: true,
      ready: true,
      degraded: false,
      checks: [],
      process: { uptimeSeconds: 1, rssBytes: 1, heapUsedBytes: 1, eventLoopDelayMs: 0 },
    };
    const reply = { status: 200, headers: [], body: Buffer.from('ok'), text: 'ok', counter: 0 };
    const broken = {
      status: 200,
      headers: ['X', Symbol.iterator as never],
      body: Buffer.from(''),
      text: '',
      counter: 0,
    };
    const keys = keysOf([]);
    const log = { ...silent, error: (fields: object) => void deaths.push(fields) };
    const isolated = await isolate({
      port: 0,
      host: '127.0.0.1',
      maxStallMs: 10_000,
      counters: new SharedArrayBuffer(4),
      routes: [],
      guardState: sharedStateOf([]),
      state: { replies: [['/health', reply]], blocked: [], report, keys },
      log,
      acceptFailed() {},
      signal: new AbortController().signal,
    });
    const url = `http://127.0.0.1:${isolated.address.port}/health`;
    expect(await (await fetch(url)).text()).toBe('ok');
    // What cannot be written kills the worker; what came before it answers again in the next one.
    expect(() => isolated.update({ replies: [['/health', broken]], blocked: [], report, keys })).toThrow();
    isolated.update({ replies: [['/health', { ...reply, headers: ['X Y', 'z'] }]], blocked: [], report, keys });
    await fetch(url).catch(() => {});
    isolated.update({ replies: [['/health', reply]], blocked: [], report, keys });
    for (let answer = ''; answer !== 'ok'; ) {
      answer = await fetch(url)
        .then((response) => response.text())
        .catch(() => '');
    }
    expect(deaths).toContainEqual({ deaths: 1 });
    await isolated.close();
  });
});
