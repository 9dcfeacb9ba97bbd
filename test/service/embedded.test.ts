import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
// @ts-expect-error: only the types of Express 5 are installed, and both have the same ones here.
import express4 from 'express4';
import { afterEach, describe, expect, it } from 'vitest';
import { createProbity, type Probity } from '../../src/index.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function create(options: Parameters<typeof createProbity>[0] = {}): Probity {
  const probity = createProbity({ checks: { database: async () => {} }, ...options } as object);
  closing.push(() => probity.stop());
  return probity;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bodyOf = async (url: string, init?: RequestInit): Promise<[number, string]> => {
  const response = await fetch(url, init);
  return [response.status, await response.text()];
};

describe.each([
  ['Express 5', express],
  ['Express 4', express4 as typeof express],
])('in %s', (_, framework) => {
  it('answers what is its own, and leaves everything else to the application', async () => {
    const app = framework().use(create().handler);
    for (const path of ['/', '/docs', '/metrics', '/openapi.json', '/healthy'])
      app.get(path, (_request, response) => void response.send(`own ${path}`));
    const url = await serve(app);
    for (const path of ['/', '/docs', '/metrics', '/openapi.json', '/healthy'])
      expect(await bodyOf(url + path)).toEqual([200, `own ${path}`]);
    expect(await bodyOf(`${url}/health?x=1`)).toEqual([200, '{"status":"up"}']);
    expect(await bodyOf(`${url}/checks/database`)).toEqual([200, expect.stringContaining('"check":"database"')]);
    expect((await bodyOf(`${url}/health`, { method: 'POST' }))[0]).toBe(405);
    expect((await bodyOf(`${url}/nowhere`))[0]).toBe(404);
  });

  it('has everything under a path, counted from there', async () => {
    const url = await serve(framework().use('/internal', create().handler));
    expect(await bodyOf(`${url}/internal/ready`)).toEqual([expect.any(Number), expect.stringContaining('"status"')]);
    expect((await bodyOf(`${url}/internal/internal/alive`))[0]).toBe(204);
    expect(await bodyOf(`${url}/internal/metrics`)).toEqual([200, expect.stringContaining('probity_check_up')]);
    expect((await bodyOf(`${url}/internal/docs`))[0]).toBe(200);
    expect((await bodyOf(`${url}/health`))[0]).toBe(404);
  });

  it('takes a body that the application has parsed before it', async () => {
    const probity = create({ simulation: true });
    const url = await serve(framework().use(framework.json(), probity.handler));
    const headers = { 'Content-Type': 'application/json' };
    expect((await bodyOf(`${url}/simulate_db_failure`, { method: 'POST', headers, body: '{}' }))[0]).toBe(200);
    expect((await bodyOf(`${url}/ready`))[0]).toBe(503);
  });
});

describe('as the handler of a server', () => {
  it('serves the whole contract, and says 404 to the rest', async () => {
    const url = await serve(create().handler);
    expect((await bodyOf(url))[0]).toBe(200);
    expect((await bodyOf(`${url}/metrics`))[0]).toBe(200);
    const response = await fetch(`${url}/nowhere`);
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('knows nothing of another instance', async () => {
    const failing = create({ checks: { other: () => Promise.reject(new Error('no')) } });
    const [one, two] = await Promise.all([serve(create().handler), serve(failing.handler)]);
    failing.fail('Out of luck');
    await bodyOf(`${one}/ready`);
    expect((await bodyOf(`${one}/health`))[0]).toBe(200);
    expect(await bodyOf(`${two}/health`)).toEqual([503, expect.stringContaining('"detail":"Out of luck"')]);
    expect(await bodyOf(`${one}/checks`)).toEqual([200, expect.not.stringContaining('other')]);
  });
});

describe('progress', () => {
  it('is demanded of a heartbeat, and comes back with it', async () => {
    const probity = create({ heartbeats: { sidecar: '30ms' } });
    const url = await serve(probity.handler);
    const beat = probity.heartbeat('consumer', '30ms');
    let answer = await bodyOf(`${url}/health`);
    while (!answer[1].includes('sidecar') || !answer[1].includes('consumer')) answer = await bodyOf(`${url}/health`);
    expect(JSON.parse(answer[1])).toMatchObject({
      status: 503,
      detail: 'No progress of sidecar for 0.03 s; No progress of consumer for 0.03 s',
    });
    // Who watches another program is itself well.
    expect((await bodyOf(`${url}/internal/alive`))[0]).toBe(503);
    expect((await bodyOf(`${url}/internal/self`))[0]).toBe(204);
    beat();
    expect((await bodyOf(`${url}/heartbeats/sidecar`, { method: 'POST' }))[0]).toBe(204);
    expect((await bodyOf(`${url}/heartbeats/nobody`, { method: 'POST' }))[0]).toBe(404);
    const foreign = { method: 'POST', headers: { Origin: 'http://elsewhere.example' } };
    expect((await bodyOf(`${url}/heartbeats/sidecar`, foreign))[0]).toBe(403);
    expect(() => probity.heartbeat('consumer', '1s')).toThrow('Expected one heartbeat named `consumer`');
  });

  it('is not missed when the event loop was stuck and the beat comes right after', async () => {
    const probity = create();
    const url = await serve(probity.handler);
    const beat = probity.heartbeat('consumer', '50ms');
    const again = setInterval(beat, 10);
    const until = performance.now() + 200;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await bodyOf(`${url}/health`))[0]).toBe(200);
    clearInterval(again);
  });

  it('of a start that is explicit ends with started()', async () => {
    const probity = create({ explicitStart: true });
    const url = await serve(probity.handler);
    expect(await bodyOf(`${url}/startup`)).toEqual([503, expect.stringContaining('Service is starting')]);
    expect((await bodyOf(`${url}/ready`))[0]).toBe(503);
    probity.started();
    expect((await bodyOf(`${url}/startup`))[0]).toBe(200);
  });
});

describe('probes that are narrowed', () => {
  it('look at their checks alone', async () => {
    const checks = { database: async () => {}, other: () => Promise.reject(new Error('no')) };
    const probity = createProbity({ checks, probes: { readiness: ['database'] } });
    closing.push(() => probity.stop());
    const url = await serve(probity.handler);
    let answer = await bodyOf(`${url}/checks`);
    while (!answer[1].includes('"status":"down"')) answer = await bodyOf(`${url}/checks`);
    expect((await bodyOf(`${url}/ready`))[0]).toBe(200);
    expect(JSON.parse((await bodyOf(`${url}/checks`))[1])).toMatchObject({ ready: true, degraded: true });
  });

  it.each([
    [{ readiness: ['nothing'] }, 'Expected `probes.readiness` to name checks, got `nothing`'],
    [{ liveness: ['database'] }, 'Expected `probes` to name readiness or startup, got `liveness`'],
  ])('are refused as %j', (probes, message) => {
    expect(() => createProbity({ checks: { database: async () => {} }, probes: probes as never })).toThrow(message);
  });
});
