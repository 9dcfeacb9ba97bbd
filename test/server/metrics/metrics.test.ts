import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRequestCounts } from '../../../src/probes/request-counts.ts';
import { createProbity, type Probity } from '../../../src/service/probity.ts';
import { untilStatus } from '../../e2e/service.ts';
import { builtin, type OperationId, operationOf, type ScriptedChecker, scriptedChecker } from '../../support.ts';
import { type Exposition, parseExposition, scrape } from './exposition.ts';

let probity: Probity | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await probity?.stop();
});

type Options = NonNullable<Parameters<typeof createProbity>[0]>;

interface Running {
  readonly url: string;
  readonly port: number;
  readonly checker: ScriptedChecker;
  readonly probity: Probity;
}

/** A service with one check that does as it is told. */
async function running(options: Partial<Options> = {}, checker = scriptedChecker()): Promise<Running> {
  const own = createProbity({ simulation: true, checks: { database: { checker } }, ...options });
  probity = own;
  const { port } = await own.listen(0, '127.0.0.1');
  return { url: `http://127.0.0.1:${port}`, port, checker, probity: own };
}

/** Scrapes until it is so; the time-out of the test is the limit. */
async function until(url: string, isSo: (exposition: Exposition) => boolean): Promise<Exposition> {
  for (;;) {
    const exposition = await scrape(url);
    if (isSo(exposition)) return exposition;
  }
}

const requests = (exposition: Exposition, operation: OperationId, status: string): number | undefined =>
  exposition.value('probity_probe_requests_total', { operation, status });

describe('the metrics of a check', () => {
  it('tell its state, and why it is not well', async () => {
    const { url, checker } = await running();
    await untilStatus(`${url}/ready`, 200);
    const well = await scrape(url);
    const check = 'database';
    expect(well.value('probity_check_up', { check })).toBe(1);
    expect(well.value('probity_check_degraded', { check })).toBe(0);
    expect(well.value('probity_check_reason', { check })).toBeUndefined();
    checker.now = 'overloaded';
    checker.notice();
    const busy = await until(url, (now) => now.value('probity_check_degraded', { check }) === 1);
    expect(busy.value('probity_check_up', { check })).toBe(1);
    expect(busy.value('probity_check_reason', { check, reason: 'overloaded' })).toBe(1);
    checker.now = 'refused';
    checker.notice();
    const down = await until(url, (now) => now.value('probity_check_up', { check }) === 0);
    expect(down.value('probity_check_degraded', { check })).toBe(1);
    expect(down.value('probity_check_reason', { check })).toBe(1);
    expect(down.value('probity_check_reason', { check, reason: 'refused' })).toBe(1);
  });

  it('count every run, transition and failure, also those before the first scrape', async () => {
    const { url, checker } = await running();
    await untilStatus(`${url}/ready`, 200);
    checker.now = 'refused';
    checker.notice();
    await untilStatus(`${url}/ready`, 503);
    checker.now = 'ok';
    await untilStatus(`${url}/ready`, 200);
    const started = checker.started.length;
    const exposition = await scrape(url);
    const check = 'database';
    expect(exposition.value('probity_check_duration_seconds_count', { check })).toBe(started);
    expect(exposition.value('probity_check_duration_seconds_bucket', { check, le: '+Inf' })).toBe(started);
    expect(exposition.value('probity_check_duration_seconds_sum', { check })).toBeGreaterThan(0);
    expect(exposition.value('probity_check_transitions_total', { check, to: 'up' })).toBe(2);
    expect(exposition.value('probity_check_transitions_total', { check, to: 'down' })).toBe(1);
    expect(exposition.value('probity_check_failures_total', { check, reason: 'refused' })).toBeGreaterThanOrEqual(2);
  });

  it('count a failure that changes nothing', async () => {
    const { url, checker } = await running();
    await untilStatus(`${url}/ready`, 200);
    const check = checker.check;
    checker.check = () => {
      checker.check = check;
      return Promise.reject('protocol');
    };
    checker.notice();
    const found = { check: 'database', reason: 'protocol' };
    const after = await until(url, (now) => now.value('probity_check_failures_total', found) === 1);
    expect(after.value('probity_check_transitions_total', { check: 'database', to: 'down' })).toBe(0);
  });

  it('have buckets that grow, up to the count of all', async () => {
    const { url } = await running();
    await untilStatus(`${url}/ready`, 200);
    const { metrics } = await scrape(url);
    const { samples = [] } = metrics.find(({ name }) => name === 'probity_check_duration_seconds') ?? {};
    const buckets = samples
      .filter(({ name }) => name.endsWith('_bucket'))
      .map(({ labels, value }) => [labels.le, value]);
    expect(buckets.map(([le]) => Number(le === '+Inf' ? Infinity : le))).toEqual(
      buckets.map(([le]) => Number(le === '+Inf' ? Infinity : le)).toSorted((one, other) => one - other),
    );
    const values = buckets.map(([, value]) => Number(value));
    expect(values).toEqual(values.toSorted((one, other) => one - other));
    expect(values.at(-1)).toBe(samples.find(({ name }) => name.endsWith('_count'))?.value);
  });

  it('tell the age of the latest result, whatever the clock of the machine says', async () => {
    const { url } = await running();
    await untilStatus(`${url}/ready`, 200);
    const now = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
    const age = (await scrape(url)).value('probity_check_last_result_age_seconds', { check: 'database' });
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(600);
  });

  it('are there while the first run is under way, without what is not known yet', async () => {
    const { url } = await running({}, scriptedChecker('hang'));
    const exposition = await scrape(url);
    const check = 'database';
    expect(exposition.value('probity_check_up', { check })).toBe(0);
    expect(exposition.value('probity_check_reason', { check, reason: 'pending' })).toBe(1);
    expect(exposition.value('probity_check_last_result_age_seconds', { check })).toBeUndefined();
    expect(exposition.value('probity_check_duration_seconds_count', { check })).toBe(0);
  });

  it('tell what is simulated, for as long as it is', async () => {
    const { url } = await running();
    await untilStatus(`${url}/ready`, 200);
    await fetch(`${url}/simulate_db_failure`, { method: 'POST' });
    const during = await scrape(url);
    expect(during.value('probity_fault_active', { check: 'database', kind: 'outage' })).toBe(1);
    expect(during.value('probity_check_simulated', { check: 'database' })).toBe(1);
    await fetch(`${url}/simulate_db_recovery`, { method: 'POST' });
    const after = await scrape(url);
    expect(after.value('probity_fault_active')).toBeUndefined();
    expect(after.value('probity_check_simulated', { check: 'database' })).toBe(0);
  });
});

describe('the metrics of the probes', () => {
  it('count requests by operation and status, HEAD with GET', async () => {
    const { url, checker } = await running();
    await untilStatus(`${url}/ready`, 200);
    const before = await scrape(url);
    expect(requests(before, 'getHealth', '200')).toBe(0);
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(`${url}/health?verbose`, { method });
    await fetch(`${url}/internal/alive`);
    checker.now = 'refused';
    checker.notice();
    await untilStatus(`${url}/internal/ready`, 503);
    const after = await scrape(url);
    expect(requests(after, 'getHealth', '200')).toBe(3);
    expect(requests(after, 'getHealth', '503')).toBe(0);
    expect(requests(after, 'getAlive', '204')).toBe(1);
    expect(requests(after, 'getInternalReadiness', '503')).toBe(1);
  });

  it('count requests that are answered from memory', async () => {
    const { url, port } = await running();
    const socket = connect(port, '127.0.0.1');
    for (let count = 0; count < 25; count += 1) {
      socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(socket, 'data');
    }
    socket.destroy();
    expect(requests(await scrape(url), 'getHealth', '200')).toBe(25);
  });

  it("count requests on an application's own server", async () => {
    const { url, probity: own } = await running();
    const server = createServer((request, response) => own.handler(request, response, () => response.end()));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await (await fetch(`http://127.0.0.1:${port}/startup`)).text();
    await (await fetch(`http://127.0.0.1:${port}/elsewhere`)).text();
    const exposition = await scrape(url);
    expect(requests(exposition, 'getStartup', '200')).toBe(1);
    server.close().closeAllConnections();
  });

  it('count requests that the isolated worker has answered', async () => {
    const own = createProbity({ checks: {}, management: { port: 0 } });
    probity = own;
    const { port } = await own.listen(0, { host: '127.0.0.1', isolate: true });
    for (let count = 0; count < 3; count += 1) await (await fetch(`http://127.0.0.1:${port}/health`)).text();
    const management = `http://127.0.0.1:${own.management()?.port}`;
    expect(requests(await scrape(management), 'getHealth', '200')).toBe(3);
    own.fail('no more');
    await untilStatus(`http://127.0.0.1:${port}/health`, 503);
    expect(requests(await scrape(management), 'getHealth', '503')).toBe(1);
  });

  it('begin again at zero after four thousand million, as after a restart', () => {
    const served = createRequestCounts(builtin);
    const counter = served.counterOf(operationOf(builtin, 'getHealth'), 200);
    new Uint32Array(served.counters)[counter] = 2 ** 32 - 1;
    served.count({ counter, status: 200, headers: [], body: Buffer.alloc(0), text: '' });
    const own = served.list().find(({ operation, status }) => operation === 'getHealth' && status === 200);
    expect(own).toEqual({ operation: 'getHealth' satisfies OperationId, status: 200, requests: 0 });
  });

  it('tell how each would be answered, asked or not', async () => {
    const { url, checker, probity: own } = await running();
    await untilStatus(`${url}/startup`, 200);
    await until(
      url,
      (now) => now.value('probity_probe_success', { operation: 'getReadiness' satisfies OperationId }) === 1,
    );
    checker.now = 'refused';
    checker.notice();
    const readiness = { operation: 'getInternalReadiness' satisfies OperationId, probe: 'readiness' };
    const unready = await until(url, (now) => now.value('probity_probe_success', readiness) === 0);
    expect(
      unready.value('probity_probe_success', { operation: 'getHealth' satisfies OperationId, probe: 'liveness' }),
    ).toBe(1);
    own.fail('no more');
    const dead = await scrape(url);
    expect(
      dead.value('probity_probe_success', { operation: 'getHealth' satisfies OperationId, probe: 'liveness' }),
    ).toBe(0);
    expect(
      dead.value('probity_probe_success', { operation: 'getStartup' satisfies OperationId, probe: 'startup' }),
    ).toBe(1);
  });
});

describe('the metrics of the process', () => {
  it('tell the phase that it is in, among all phases', async () => {
    const { url, probity: own } = await running({ explicitStart: true });
    const phases = async (): Promise<unknown> =>
      (await scrape(url)).metrics
        .find(({ name }) => name === 'probity_lifecycle')
        ?.samples.map(({ labels, value }) => [labels.phase, value]);
    expect(await phases()).toEqual([
      ['starting', 1],
      ['started', 0],
      ['draining', 0],
      ['stopped', 0],
    ]);
    own.started();
    expect(await phases()).toEqual([
      ['starting', 0],
      ['started', 1],
      ['draining', 0],
      ['stopped', 0],
    ]);
    own.drain();
    expect(await phases()).toEqual([
      ['starting', 0],
      ['started', 0],
      ['draining', 1],
      ['stopped', 0],
    ]);
  });

  it('remember each stall of the event loop, however often they are scraped', async () => {
    const { url } = await running();
    await scrape(url);
    const name = 'probity_event_loop_delay_seconds';
    const slow = (now: Exposition): number =>
      Number(now.value(`${name}_count`)) - Number(now.value(`${name}_bucket`, { le: '0.25' }));
    const before = slow(await scrape(url));
    const blockedUntil = performance.now() + 600;
    while (performance.now() < blockedUntil);
    const seen = await until(url, (now) => slow(now) > before);
    await Promise.all([scrape(url), scrape(url)]);
    expect(slow(await scrape(url))).toBeGreaterThanOrEqual(slow(seen));
  });
});

describe('a scrape', () => {
  it('that comes with another one answers the same', async () => {
    const { url } = await running();
    await untilStatus(`${url}/ready`, 200);
    const all = await Promise.all(Array.from({ length: 8 }, () => scrape(url)));
    const shapes = all.map(({ metrics }) => metrics.map(({ name, samples }) => [name, samples.length]));
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    expect(shapes[0]?.length).toBeGreaterThan(10);
  });

  it('is answered to HEAD without the body, and as plain text', async () => {
    const { url } = await running();
    const head = await fetch(`${url}/metrics`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await head.text()).toBe('');
    const exposition = parseExposition(await (await fetch(`${url}/metrics`)).text());
    expect(new Set(exposition.metrics.map(({ name }) => name)).size).toBe(exposition.metrics.length);
  });
});

describe('a registry of the application', () => {
  it('has everything that /metrics has, beside what is its own', async () => {
    const { url, probity } = await running();
    const registry = new Registry();
    probity.registerMetrics(registry);
    registry.setDefaultLabels({ app: 'shop' });
    await until(url, ({ value }) => value('probity_check_up', { check: 'database' }) === 1);
    const [own, theirs] = await Promise.all([(await fetch(`${url}/metrics`)).text(), registry.metrics()]);
    const described = (text: string): string[] => text.split('\n').filter((line) => line.startsWith('# '));
    expect(described(own).length).toBeGreaterThan(20);
    expect(described(theirs)).toEqual(described(own));
    expect(theirs).toMatch(/^probity_check_up\{.*app="shop".*\} 1$/m);
    expect(theirs).toMatch(/^probity_check_duration_seconds_bucket\{.*le="\+Inf".*\} \d+$/m);
    expect(await registry.getMetricsAsJSON()).toContainEqual(expect.objectContaining({ name: 'probity_check_up' }));
    registry.resetMetrics();
    expect(await registry.metrics()).toContain('probity_check_up{');
    expect(() => probity.registerMetrics(registry)).toThrow(/already been registered/);
  });
});
