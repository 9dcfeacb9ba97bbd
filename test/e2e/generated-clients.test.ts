import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../others/clients/client.ts';
import { type HttpServer, startHttp } from '../servers/http.ts';
import { type Service, startService, untilStatus } from './service.ts';

const others = join(import.meta.dirname, '../others');

let external: HttpServer;
let service: Service;

beforeAll(async () => {
  external = await startHttp();
  service = await startService({ SIMULATION: 'true', EXTERNAL_SERVICE_URL: external.url });
  await untilStatus(`${service.url}/ready`, 200);
  const { status, stderr } = spawnSync(process.execPath, ['generate.ts', service.url], {
    cwd: others,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
}, 240_000);
afterAll(async () => {
  await service?.stop();
  await external?.dispose();
});

/** A way of sending a fault each. */
const clients: readonly (readonly [generator: string, fault: object])[] = [
  ['openapi-typescript', { kind: 'outage', ttlSeconds: 60 }],
  ['oazapfts', { kind: 'latency', delayMs: 50, jitterMs: 10, ttlSeconds: 60 }],
  ['swagger-typescript-api', { kind: 'flap', periodMs: 1_000, ttlSeconds: 60 }],
  ['openapi-zod-client', { kind: 'error', probability: 1, ttlSeconds: 60 }],
  ['orval', { kind: 'hang', ttlSeconds: 60 }],
];

it('what generators make of the document has types that fit how it is used', { timeout: 120_000 }, () => {
  const { status, stdout } = spawnSync('tsc', ['-p', 'tsconfig.json'], { cwd: others, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '']);
});

describe.each(clients)('the client that %s generates', (generator, fault) => {
  const check = 'external_service';
  let client: Client;

  beforeAll(async () => {
    // What is generated is not there when the types are looked at.
    const { connect } = await import(join(others, 'clients', `${generator}.ts`));
    client = connect(service.url);
  });

  it('reads what a service answers', async () => {
    await untilStatus(`${service.url}/ready`, 200);
    expect(await client.readiness()).toEqual({ status: 200, body: { status: 'ready' } });
    expect(await client.check(check)).toMatchObject({ status: 200, body: { check, status: 'up', simulated: false } });
  });

  it('lays a fault over a check, and ends it', async () => {
    const { status, body } = await client.set(check, fault as never);
    expect([status, body]).toMatchObject([200, { check, fault, until: expect.any(String) }]);
    expect(await client.check(check)).toMatchObject({ body: { fault: { kind: (fault as { kind: string }).kind } } });
    expect((await client.clear(check)).status).toBe(204);
    expect((await client.check(check)).body).not.toHaveProperty('fault');
  });

  it('reads a problem', async () => {
    const refused = await client.check('nobody');
    expect(refused).toMatchObject({ status: 404, body: { title: 'Not Found', status: 404 } });
    await client.set(check, { kind: 'outage' } as never);
    await untilStatus(`${service.url}/ready`, 503);
    expect(await client.readiness()).toMatchObject({
      status: 503,
      body: { title: 'Service Unavailable', checks: [{ check, simulated: true }] },
    });
    await client.clear(check);
  });
});
