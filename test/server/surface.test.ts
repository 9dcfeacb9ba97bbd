import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProbity, type Probity } from '../../src/service/probity.ts';
import { type RawAnswer, rawRequest } from './raw.ts';

const working = { checker: { check: async () => {}, explain: () => 'unavailable' as const } };

let probity: Probity;
let port: number;
let url: string;

beforeAll(async () => {
  probity = createProbity({ simulation: true, checks: { database: working } });
  ({ port } = await probity.listen(0, '127.0.0.1'));
  url = `http://127.0.0.1:${port}`;
  // The application is loaded with the first request for it.
  await fetch(`${url}/checks`);
});
afterAll(() => probity.stop());

const probes = ['/health', '/ready', '/startup', '/internal/alive', '/internal/ready'];
const pages = ['/checks', '/checks/database', '/metrics', '/openapi.json', '/docs', '/'];

async function expectProblem(response: Response, status: number): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = await response.json();
  expect(problem).toMatchObject({ type: 'about:blank', status, title: expect.any(String) });
  expect(JSON.stringify(problem)).not.toMatch(/node_modules|\.ts:|\bat \S+ \(/);
}

/** As `fetch`, which sets Host and Origin by itself and normalises paths. */
function send(method: string, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', method, path, headers, agent: false }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      const status = answer.statusCode as number;
      const init = { status, headers: answer.headers as Record<string, string> };
      resolve(new Response(body.length === 0 ? null : body, init));
    })
      .on('error', reject)
      .end();
  });
}

describe('probes', () => {
  it.each(probes)('%s succeeds, is never cached and says nothing of what serves it', async (path) => {
    const response = await fetch(url + path);
    expect(response.status).toBe(path.startsWith('/internal') ? 204 : 200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  it.each(probes)('%s tolerates any query', async (path) => {
    for (const query of ['?', '?verbose', '?_=1', '?a[b]=1&a[b]=2', '?%zz', `?${'x'.repeat(2_000)}`]) {
      expect((await fetch(url + path + query)).ok).toBe(true);
    }
  });

  it.each([...probes, ...pages])('%s answers HEAD as GET, without the body', async (path) => {
    const [get, head] = await Promise.all([fetch(url + path), fetch(url + path, { method: 'HEAD' })]);
    expect(head.status).toBe(get.status);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    expect(await head.text()).toBe('');
    await get.arrayBuffer();
  });

  it('take any Host, as the kubelet sends the address of the pod', async () => {
    expect((await send('GET', '/ready', { Host: '10.1.2.3:8000' })).status).toBe(200);
    expect((await send('GET', '/ready', { Host: 'evil.example' })).status).toBe(200);
  });

  it('are answered in one piece', async () => {
    const answer = await rawRequest(port, 'GET /ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer).toMatchObject({ status: 200, body: '{"status":"ready"}', pieces: 1 });
  });

  it('are answered on HTTP/1.0', async () => {
    expect((await rawRequest(port, 'GET /health HTTP/1.0\r\n\r\n')).status).toBe(200);
  });

  it('are all answered when a thousand come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => send('GET', '/ready')));
    expect(answers.map(({ status }) => status)).toEqual(Array(1_000).fill(200));
  });
});

describe('requests that no operation takes', () => {
  it.each(['/nope', '/health/', '//health', '/health/../ready', '/checks/database/more', '/%68ealth', '/docs/x.js'])(
    '%s is not found',
    async (path) => expectProblem(await send('GET', path), 404),
  );

  it.each([
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/ready', 'GET, HEAD'],
    ['TRACE', '/ready', 'GET, HEAD'],
    ['GET', '/simulate_db_failure', 'POST'],
    ['PATCH', '/faults/database', 'PUT, DELETE'],
    ['POST', '/faults', 'GET, HEAD, DELETE'],
  ])('%s %s is not allowed, and told what is', async (method, path, allow) => {
    const response = await send(method, path);
    expect(response.headers.get('allow')).toBe(allow);
    await expectProblem(response, 405);
  });

  it('ignores a method override', async () => {
    await expectProblem(await send('POST', '/health', { 'X-HTTP-Method-Override': 'GET', 'Content-Length': '0' }), 405);
  });

  it.each(['/%zz', '/checks/%', '/checks/%c3%28'])('%s is malformed', async (path) =>
    expectProblem(await send('GET', path), 400),
  );
});

describe('bodies', () => {
  const put = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/faults/database`, {
      method: 'PUT',
      body,
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  it.each(['{', 'nonsense', '"', '{"kind": }'])('refuses %j, which is no JSON', async (body) =>
    expectProblem(await put(body), 400),
  );
  it.each(['{}', 'null', '[]', '"outage"', '{"kind":"explosion"}', '{"kind":"outage","delayMs":1}'])(
    'refuses %s, which the contract does not know',
    async (body) => expectProblem(await put(body), 400),
  );
  it('refuses __proto__', async () => expectProblem(await put('{"kind":"outage","__proto__":{"x":1}}'), 400));
  it('refuses another content type', async () => expectProblem(await put('{}', { 'Content-Type': 'text/plain' }), 415));
  it('refuses a compressed body', async () =>
    expectProblem(await put(new Uint8Array([31, 139]), { 'Content-Encoding': 'gzip' }), 415));
  it('refuses a body over the limit', async () => expectProblem(await put(`{"x":"${'y'.repeat(5_000)}"}`), 413));
  it('needs none where none is declared', async () => {
    expect((await fetch(`${url}/simulate_db_recovery`, { method: 'POST' })).status).toBe(200);
  });
});

describe('requests that two readers could understand in two ways', () => {
  it.each([
    ['a target without a path', 'GET http:// HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two Host headers', 'GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['no Host header', 'GET /health HTTP/1.1\r\n\r\n'],
    ['HTTP/2.0', 'GET /health HTTP/2.0\r\nHost: a\r\n\r\n'],
    ['HTTP/0.9', 'GET /health\r\n\r\n'],
    [
      'Content-Length with Transfer-Encoding',
      'POST /simulate_db_failure HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'two Content-Length headers',
      'POST /faults HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
    ],
    ['a bare line feed in a header', 'GET /health HTTP/1.1\r\nHost: a\nX: y\r\n\r\n'],
    ['an unknown method', 'BREW /health HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an expectation', 'GET /health HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n'],
    ['CONNECT', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['nonsense', '\x16\x03\x01\x02\x00\r\n\r\n'],
  ])('%s is refused and the connection closed', async (_, bytes) => {
    expectRefused(await rawRequest(port, bytes), 400);
  });

  it('headers over the limit are refused and the connection closed', async () => {
    expectRefused(await rawRequest(port, `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`), 431);
  });

  it('the same on a connection that has served before', async () => {
    const answer = await rawRequest(
      port,
      'GET /health HTTP/1.1\r\nHost: a\r\n\r\nGET /health HTTP/2.0\r\nHost: a\r\n\r\n',
    );
    expect(answer.body).toContain('{"status":"up"}');
  });

  function expectRefused(answer: RawAnswer, status: number): void {
    expect(answer.status).toBe(status);
    expect(answer.head).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(answer.head.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer.head.toLowerCase()).toContain('connection: close');
    expect(answer.head.toLowerCase()).toContain(`content-length: ${answer.body.length}`);
    expect(JSON.parse(answer.body)).toMatchObject({ status });
  }
});

describe('a header that is wrong', () => {
  const put = (headers: string): string =>
    `PUT /faults/database HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`;
  const get = (headers: string): string => `GET /checks HTTP/1.1\r\n${headers}\r\nConnection: close\r\n\r\n`;

  it.each([
    ['Content-Type', 415, put('Content-Type: text/plain')],
    ['Content-Type', 415, put('Content-Type: application/json; charset=klingon')],
    ['Content-Encoding', 415, put('Content-Type: application/json\r\nContent-Encoding: gzip')],
    ['Content-Length', 400, get('Host: 127.0.0.1\r\nContent-Length: many')],
    ['Content-Length', 400, get('Host: 127.0.0.1\r\nContent-Length: 1\r\nContent-Length: 2')],
    ['Transfer-Encoding', 400, get('Host: 127.0.0.1\r\nTransfer-Encoding: steam')],
    ['Expect', 400, get('Host: 127.0.0.1\r\nExpect: miracles')],
    ['Host', 400, get('X: y')],
    ['Host', 403, get('Host: evil.example')],
    ['Origin', 403, get('Host: 127.0.0.1\r\nOrigin: https://evil.example')],
    ['Sec-Fetch-Site', 403, get('Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site')],
    ['x-forwarded-for', 403, get('Host: 127.0.0.1\r\nX-Forwarded-For: 203.0.113.7')],
  ])('is named: %s by a %i', async (name, status, bytes) => {
    const { body } = await rawRequest(port, bytes);
    expect(JSON.parse(body)).toMatchObject({ status, detail: expect.stringContaining(name) });
  });
});

describe.concurrent('slow clients', () => {
  it.each([
    ['headers that never end', 'GET /health HTTP/1.1\r\nHost: a\r\n'],
    [
      'a body that never comes',
      'PUT /faults/database HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
    ],
    [
      'a body to a probe that never comes',
      'POST /simulate_db_failure HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    ],
  ])('%s are cut off within ten seconds', { timeout: 10_000 }, async (_, bytes) => {
    const answer = await rawRequest(port, bytes);
    expect(answer.status).toBe(408);
  });
});

describe('what changes state', () => {
  const simulate = (headers: Record<string, string>): Promise<Response> =>
    send('POST', '/simulate_db_failure', { 'Content-Length': '0', ...headers });

  it.each([
    ['a foreign Host', { Host: 'evil.example' }],
    ['a Host that only looks like loopback', { Host: '127.0.0.1.evil.example' }],
    ['the address of a pod as Host', { Host: '10.1.2.3:8000' }],
    ['a foreign Origin', { Origin: 'https://evil.example' }],
    ['an opaque Origin', { Origin: 'null' }],
    ['a cross-site request', { 'Sec-Fetch-Site': 'cross-site' }],
    ['a same-site request', { 'Sec-Fetch-Site': 'same-site' }],
  ])('is refused to %s', async (_, headers) => {
    await expectProblem(await simulate(headers), 403);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });

  it.each([{ Host: 'evil.example' }, { Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])(
    'is not even told to %o',
    async (headers) => expectProblem(await send('GET', '/faults', headers), 403),
  );

  it('is open to a page of its own', async () => {
    const own = { Origin: url, 'Sec-Fetch-Site': 'same-origin' };
    expect((await simulate(own)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    expect((await send('POST', '/simulate_db_recovery', own)).status).toBe(200);
    expect((await fetch(`${url}/ready`)).status).toBe(200);
  });
});

describe('simulation that is off', () => {
  it('is absent from the served document and from the service', async () => {
    const quiet = createProbity({ checks: { database: working } });
    const { port } = await quiet.listen(0, '127.0.0.1');
    const served = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    const document = (await served.json()) as { paths: object };
    expect(Object.keys(document.paths).filter((path) => /simulate|fault/.test(path))).toEqual([]);
    await expectProblem(await fetch(`http://127.0.0.1:${port}/simulate_db_failure`, { method: 'POST' }), 404);
    await expectProblem(await fetch(`http://127.0.0.1:${port}/faults`), 404);
    await quiet.stop();
  });

  it('cannot be turned on for an address that others can reach', async () => {
    const open = createProbity({ simulation: true });
    await expect(open.listen(0, '0.0.0.0')).rejects.toThrow(
      'Expected a loopback `host` or `access.tokens` while `simulation` is on, got `0.0.0.0`',
    );
  });
});
