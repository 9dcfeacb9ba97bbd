import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import document from '../../generated/contract/document.json' with { type: 'json' };
import type { Check, Report } from '../../generated/contract/types.gen.ts';
import type { Checker } from '../../src/health/checker.ts';
import { createProbity, type Probity } from '../../src/service/probity.ts';
import type { OperationId } from '../support.ts';
import { findChromium, launchBrowser } from './browser.ts';

let browser: Browser;
let context: BrowserContext;
let page: Page;
let probity: Probity;
let origin: string;
let isDatabaseWell: boolean;
/** What the browser complained of, and every request that left the service. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  isDatabaseWell = true;
  complaints = [];
  probity = createProbity({
    simulation: true,
    checks: {
      database: { checker: checkerOf(() => isDatabaseWell), interval: '100ms', timeout: '90ms', failAfter: 1 },
      external_service: { checker: checkerOf(() => true), requiredFor: 'nothing' },
    },
  });
  const { port } = await probity.listen(0, '127.0.0.1');
  origin = `http://127.0.0.1:${port}`;
  context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  await watch(page);
});

afterEach(async () => {
  await context.close();
  await probity.stop();
});

test('without a browser the tests fail, and say what is missing', () => {
  expect(() => findChromium({ PATH: '/nowhere' })).toThrow(/^Expected one of chromium, .* on PATH: install Chromium/);
  expect(() => findChromium({ CHROMIUM: '/nowhere' })).toThrow('Expected `CHROMIUM` to be the path of an executable');
});

describe('the docs', () => {
  beforeEach(async () => {
    await page.goto(`${origin}/docs`);
    await operation('getReadiness').waitFor();
  });

  test('show every operation of the document, and load nothing from elsewhere', async () => {
    for (const id of operationIds()) await operation(id).waitFor();
    expect(await page.locator('.opblock').count()).toBe(operationIds().length);
    expect(await page.locator('.errors-wrapper').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('try a probe, and show its answer', async () => {
    const { status, body } = await execute('getReadiness');
    expect(status).toBe('200');
    expect(JSON.parse(body)).toEqual({ status: 'ready' });
    expect(complaints).toEqual([]);
  });

  test('simulate a failure: the page shows its message, and readiness fails', async () => {
    const { status, body } = await execute('simulateDbFailure');
    expect(status).toBe('200');
    expect(JSON.parse(body)).toEqual({ message: 'Database connection simulated as failed' });
    const ready = await fetch(`${origin}/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ detail: 'Database not available' });
    expect(complaints).toEqual([]);
  });

  test('fill in a parameter', async () => {
    const { status, body } = await execute('getCheck', async (block) => {
      await block.locator('.parameters input').fill('external_service');
    });
    expect(status).toBe('200');
    expect(JSON.parse(body)).toMatchObject({ check: 'external_service', status: 'up' });
    expect(complaints).toEqual([]);
  });

  test('let a parameter of an operation stand for the one of its path', async () => {
    const path = document.paths['/checks/{check}'];
    const own = { name: 'check', in: 'path', required: true, schema: { type: 'string' }, example: 'of_its_own' };
    const changed = {
      ...document,
      paths: { ...document.paths, '/checks/{check}': { ...path, get: { ...path.get, parameters: [own] } } },
    };
    await page.route('**/openapi.json', (route) => route.fulfill({ json: changed }));
    await page.reload();
    await execute('getCheck', async (block) => {
      expect(await block.locator('.parameters input').inputValue()).toBe('of_its_own');
    });
  });

  test('send the token of a document with a security scheme', async () => {
    const secured = {
      ...document,
      components: { ...document.components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    };
    await page.route('**/openapi.json', (route) => route.fulfill({ json: secured }));
    await page.reload();
    await page.locator('.btn.authorize').click();
    await page.locator('.auth-container input').fill('secret');
    await page.locator('.auth-btn-wrapper .authorize').click();
    await page.locator('.auth-btn-wrapper .btn-done').click();
    const sent = page.waitForRequest(`${origin}/startup`);
    await execute('getStartup');
    expect((await sent).headers()).toMatchObject({ authorization: 'Bearer secret' });
    expect(complaints).toEqual([]);
  });

  test('follow the colours of the system', async () => {
    const paper = (): Promise<string> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await paper();
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html.dark-mode').waitFor();
    expect(await paper()).not.toBe(light);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html:not(.dark-mode)').waitFor();
  });
});

describe('the dashboard', () => {
  beforeEach(async () => {
    await page.goto(`${origin}/`);
    await shows('headline', 'Takes traffic');
  });

  test('shows the probes, the checks and the process', async () => {
    await shows('liveness', 'Alive');
    await shows('readiness', 'Ready');
    await shows('startup', 'Complete');
    await shows('lifecycle', 'Started');
    expect(await page.title()).toBe('Takes traffic · Probity');
    expect(await cells('database')).toMatchObject({ label: 'Database', status: 'Up', reason: '–', simulated: '' });
    expect(await cells('external_service')).toMatchObject({ label: 'External service', requiredFor: 'Nothing' });
    expect((await cells('database')).lastRun).toMatch(/^[\d.]+ ms, ok$/);
    expect(await page.locator('#uptime').textContent()).toMatch(/ s$/);
    expect(await page.locator('#memory').textContent()).toMatch(/^[\d.,]+ MiB$/);
    expect(complaints).toEqual([]);
  });

  test('shows a failure and its reason, and the recovery', async () => {
    isDatabaseWell = false;
    await shows('headline', 'Takes no traffic');
    await shows('readiness', 'Not ready');
    await shows('liveness', 'Alive');
    expect(await cells('database')).toMatchObject({ status: 'Down', reason: 'Connection refused', simulated: '' });
    isDatabaseWell = true;
    await shows('headline', 'Takes traffic');
    expect(await cells('database')).toMatchObject({ status: 'Up', reason: '–' });
    expect(complaints).toEqual([]);
  });

  test('marks what is simulated', async () => {
    await post('simulate_external_service_failure');
    await shows('headline', 'Takes traffic, but not all is well');
    const { status, reason, simulated } = await cells('external_service');
    expect({ status, reason, simulated }).toEqual({ status: 'Down', reason: 'Not available', simulated: 'simulated' });
    await post('simulate_external_service_recovery');
    await shows('headline', 'Takes traffic');
    expect((await cells('external_service')).simulated).toBe('');
  });

  test('says that the service is shutting down', async () => {
    probity.drain();
    await shows('headline', 'Shutting down');
    await shows('lifecycle', 'Draining');
    await shows('readiness', 'Not ready');
  });

  test('says that the service cannot be reached, and claims nothing about it', async () => {
    await probity.stop();
    await shows('headline', 'The service cannot be reached');
    for (const probe of ['liveness', 'readiness', 'startup', 'lifecycle']) await shows(probe, 'Unknown');
    await page.locator('#seen.past').waitFor();
    expect(await page.locator('#trouble').textContent()).toMatch(/What stands below was seen at /);
    expect(await page.title()).toBe('The service cannot be reached · Probity');
  });

  test.each([
    ['an error', { status: 502, body: '' }],
    ['something else', { status: 200, body: '<p>Sign in' }],
  ])('takes %s from a proxy for what it is, and comes back', async (_, answer) => {
    await page.route('**/checks', (route) => route.fulfill(answer));
    await shows('headline', 'The service cannot be reached');
    await page.locator('#trouble').waitFor();
    await page.unroute('**/checks');
    await shows('headline', 'Takes traffic');
    await page.locator('#trouble').waitFor({ state: 'hidden' });
    await page.locator('#seen:not(.past)').waitFor();
  });

  test.each([
    [401, 'Unauthorized', 'The details need a token', 'Expected a bearer token'],
    [403, 'Forbidden', 'The details are not for this page', 'Expected a client on this machine'],
  ])('says what is true when it is refused the details with %s', async (status, title, headline, detail) => {
    const body = JSON.stringify({ type: 'about:blank', title, status, detail });
    await page.route('**/checks', (route) => route.fulfill({ status, contentType: 'application/problem+json', body }));
    await page.reload();
    await shows('headline', headline);
    await page.locator('#trouble', { hasText: `The service says: ${detail}.` }).waitFor();
    for (const probe of ['liveness', 'readiness', 'startup', 'lifecycle']) await shows(probe, 'Unknown');
  });

  test('writes text as text', async () => {
    const report = (await (await fetch(`${origin}/checks`)).json()) as { checks: { label: string }[] };
    const label = '<img src=x onerror=alert(1)>';
    const body = { ...report, checks: report.checks.map((check) => ({ ...check, label })) };
    await page.route('**/checks', (route) => route.fulfill({ json: body }));
    await page.locator('#check-database', { hasText: label }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('says of a check that is up what speaks against the connections to come', async () => {
    const report = (await (await fetch(`${origin}/checks`)).json()) as Report;
    const showing = async (change: Partial<Check>): Promise<void> => {
      const checks = report.checks.map((check) => ({ ...check, status: 'up' as const, ...change }));
      await page.route('**/checks', (route) => route.fulfill({ json: { ...report, degraded: true, checks } }));
    };
    const reason = (text: string): Promise<void> =>
      page.locator('#check-database [data-cell="reason"]', { hasText: text }).waitFor();
    const run = { at: new Date().toISOString(), durationMs: 1 };
    await showing({
      reason: 'auth',
      lastRun: { ...run, outcome: 'ok' },
      canary: { ...run, outcome: 'failed', reason: 'auth' },
    });
    await reason('New connections: credentials refused');
    await showing({
      reason: 'certificate_expiring',
      lastRun: { ...run, outcome: 'ok' },
      certificate: { expires: '2036-02-03T04:05:06.000Z' },
    });
    await reason('Certificate expires soon: ');
    await page.locator('#check-database', { hasText: '2036' }).waitFor();
    await showing({ reason: 'blocked', lastRun: { ...run, outcome: 'busy' } });
    await reason('Blocked');
    expect(complaints).toEqual([]);
  });

  test('names its table, its rows and its news for those who listen', async () => {
    await page.getByRole('region', { name: 'Checks' }).waitFor();
    await page.getByRole('rowheader', { name: 'Database' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Takes traffic' }).waitFor();
    await page.getByRole('link', { name: 'Docs' }).click();
    await operation('getReadiness').waitFor();
    expect(complaints).toEqual([]);
  });

  test('fits a telephone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});

describe('behind a proxy that adds a path', () => {
  let proxy: Server;

  beforeEach(async () => {
    proxy = createServer((incoming, outgoing) => {
      if (!incoming.url?.startsWith('/some/path/')) return outgoing.writeHead(404).end();
      const { method, headers, url } = incoming;
      const forward = request(`${origin}${url.slice('/some/path'.length)}`, { method, headers }, (answer) => {
        answer.pipe(outgoing.writeHead(answer.statusCode as number, answer.headers));
      });
      return incoming.pipe(forward);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  afterEach(() => {
    proxy.closeAllConnections();
    proxy.close();
  });

  test('both pages find what they need, and each other', async () => {
    await page.goto(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/some/path/`);
    await shows('headline', 'Takes traffic');
    await page.getByRole('link', { name: 'Docs' }).click();
    await operation('getReadiness').waitFor();
    await page.getByRole('link', { name: 'State' }).click();
    await shows('headline', 'Takes traffic');
  });
});

function checkerOf(isWell: () => boolean): Checker {
  return {
    async check() {
      if (!isWell()) throw new Error('down');
    },
    explain: () => 'refused',
  };
}

/** Collects what the console, the policy and the network have to complain of. */
async function watch(page: Page): Promise<void> {
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) complaints.push(`request: ${url}`);
  });
  await page.exposeFunction('violated', (what: string) => complaints.push(`policy: ${what}`));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => violated(event.violatedDirective + ' ' + event.blockedURI))",
  );
}

const operation = (id: OperationId): Locator => page.locator(`.opblock[id$="-${id}"]`);

/** Opens an operation, executes it, and reads the answer from the page. */
async function execute(
  id: OperationId,
  fill?: (block: Locator) => Promise<void>,
): Promise<{ status: string | null; body: string }> {
  const block = operation(id);
  await block.locator('.opblock-summary-control').click();
  await block.getByRole('button', { name: 'Try it out' }).click();
  await fill?.(block);
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table .response');
  await answer.waitFor();
  const status = await answer.locator('.response-col_status').textContent();
  const body = await answer.locator('.highlight-code code').textContent();
  return { status, body: body ?? '' };
}

function operationIds(): OperationId[] {
  return Object.values(document.paths).flatMap((item) =>
    Object.values(item).flatMap((operation: { operationId?: string }) => (operation.operationId as OperationId) ?? []),
  );
}

async function shows(id: string, text: string): Promise<void> {
  await page.locator(`#${id}:text-is("${text}")`).waitFor();
}

async function cells(check: string): Promise<Record<string, string>> {
  const found = await page.locator(`#check-${check} [data-cell]`).all();
  return Object.fromEntries(
    await Promise.all(
      found.map(async (cell) => [await cell.getAttribute('data-cell'), (await cell.textContent()) ?? ''] as const),
    ),
  );
}

async function post(path: string): Promise<void> {
  const response = await fetch(`${origin}/${path}`, { method: 'POST' });
  expect(response.status).toBe(200);
}
