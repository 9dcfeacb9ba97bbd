import dns from 'node:dns';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { http } from '../../../src/checks/http/http.ts';
import { freePort } from '../../servers/free-port.ts';
import {
  certificate,
  drip,
  endless,
  type HttpServer,
  headersOnly,
  json,
  later,
  raw,
  redirect,
  silence,
  startHttp,
  status,
} from '../../servers/http.ts';
import { startProxy } from '../../servers/proxy.ts';
import { changed, outcome, resources, timers, trusting, until } from '../support.ts';

let server: HttpServer;

beforeAll(async () => {
  server = await startHttp();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await until(() => server.connections() === 0);
  server.answer(json({ status: 'up' }));
});

afterAll(() => server.dispose());

describe('http', () => {
  it('passes on any 2xx, and leaves no connection', async () => {
    for (const code of [200, 204, 299]) {
      server.answer(status(code));
      expect(await outcome(http(`${server.url}/health`))).toBe('ok');
    }
    await until(() => server.connections() === 0);
  });

  it.each([301, 304, 400, 404, 429, 500, 503])('says unexpected_response to a %i', async (code) => {
    server.answer(status(code, 'some words'));
    expect(await outcome(http(server.url))).toBe('unexpected_response');
  });

  it('takes the statuses that it is told', async () => {
    const check = http(server.url, { status: [404, 302] });
    server.answer(status(404));
    expect(await outcome(check)).toBe('ok');
    server.answer(redirect('http://elsewhere.test/'));
    expect(await outcome(check)).toBe('ok');
    server.answer(status(200));
    expect(await outcome(check)).toBe('unexpected_response');
  });

  it('asks for the URL with GET, its own headers and the credentials of the URL', async () => {
    const url = changed(`${server.url}/path?a=b`, { username: 'us%20er', password: 'p@ss' });
    await outcome(http(url, { headers: { 'x-probe': 'yes', accept: 'application/json' } }));
    expect(server.requests.at(-1)).toMatchObject({
      method: 'GET',
      url: '/path?a=b',
      headers: {
        authorization: `Basic ${Buffer.from('us er:p@ss').toString('base64')}`,
        connection: 'close',
        'user-agent': 'probity',
        'x-probe': 'yes',
        accept: 'application/json',
      },
    });
  });
});

describe('http with a schema', () => {
  const schema = { type: 'object', properties: { status: { const: 'up' } }, required: ['status'] };

  it('passes with the right body only', async () => {
    const check = http(server.url, { schema });
    expect(await outcome(check)).toBe('ok');
    for (const wrong of [json({ status: 'down' }), json([]), status(200, 'up'), status(200), status(204)]) {
      server.answer(wrong);
      expect(await outcome(check)).toBe('unexpected_response');
    }
  });

  it('knows the 2020-12 dialect, formats, and keywords of others', async () => {
    const prefixed = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      prefixItems: [{ format: 'date-time' }],
      'x-own': 1,
    };
    const check = http(server.url, { schema: prefixed });
    server.answer(json(['2026-01-01T00:00:00Z']));
    expect(await outcome(check)).toBe('ok');
    server.answer(json(['yesterday']));
    expect(await outcome(check)).toBe('unexpected_response');
  });
});

describe('http and redirects', () => {
  it('follows up to five of them on the same host, to another port as well', async () => {
    const other = await startHttp();
    let redirects = 5;
    server.answer((request, response) => {
      redirects -= 1;
      redirect(redirects > 0 ? `/next?${redirects}` : `${other.url}/end`)(request, response);
    });
    expect(await outcome(http(server.url))).toBe('ok');
    expect(other.requests.map(({ url }) => url)).toEqual(['/end']);
    await other.dispose();
  });

  it('keeps credentials and headers within the origin, and gives them back to nobody', async () => {
    const [tls, other] = await Promise.all([certificate(), startHttp()]);
    const secure = await startHttp({ tls });
    const secret = (target: HttpServer) =>
      target.requests.map(({ url, headers }) => [url, headers.authorization !== undefined, headers['x-key']]);
    const first = server.requests.length;
    server.answer((request, response) => {
      const on = { '/start': '/same', '/same': `http://ann:hunter2@127.0.0.1:${other.port}/port` }[request.url ?? ''];
      (on === undefined ? redirect(`${secure.url}/tls`) : redirect(on))(request, response);
    });
    other.answer(redirect(`${server.url}/back`));
    const check = http(changed(`${server.url}/start`, { username: 'u', password: 'pw' }), {
      headers: { 'X-Key': 'k' },
    });
    expect(await trusting(tls.cert, () => outcome(check))).toBe('ok');
    expect(secret(server).slice(first)).toEqual([
      ['/start', true, 'k'],
      ['/same', true, 'k'],
      ['/back', false, undefined],
    ]);
    expect([secret(other), secret(secure)]).toEqual([[['/port', false, undefined]], [['/tls', false, undefined]]]);
    expect(other.requests[0]?.headers['user-agent']).toBe('probity');
    await Promise.all([other.dispose(), secure.dispose()]);
  });

  it('gives up in a loop', async () => {
    const before = server.requests.length;
    server.answer(redirect('/loop', 307));
    expect(await outcome(http(server.url))).toBe('unexpected_response');
    expect(server.requests.length - before).toBe(6);
  });

  it.each([
    ['to another host', 'http://localhost:1/'],
    ['to a URL without a host', 'file:///etc/passwd'],
    ['to what is no URL', 'http://['],
    ['to a bare name', '//elsewhere.test/'],
  ])('does not follow one %s', async (_, location) => {
    server.answer(redirect(location));
    expect(await outcome(http(server.url))).toBe('unexpected_response');
  });

  it('does not leave TLS', async () => {
    const tls = await certificate();
    const secure = await startHttp({ tls });
    secure.answer(redirect(server.url));
    const before = server.requests.length;
    expect(await trusting(tls.cert, () => outcome(http(secure.url)))).toBe('unexpected_response');
    expect(server.requests.length).toBe(before);
    await secure.dispose();
  });

  it('needs the Location', async () => {
    server.answer(status(302));
    expect(await outcome(http(server.url))).toBe('unexpected_response');
  });
});

describe('http and a body that is not what it seems', () => {
  it('takes 64 KB, or as much as it is told, and no byte more', async () => {
    server.answer(status(200, 'x'.repeat(65_536)));
    expect(await outcome(http(server.url))).toBe('ok');
    server.answer(status(200, 'x'.repeat(65_537)));
    expect(await outcome(http(server.url))).toBe('unexpected_response');
    expect(await outcome(http(server.url, { maxBytes: 65_537 }))).toBe('ok');
  });

  it('stops reading one without end', async () => {
    server.answer(endless());
    expect(await outcome(http(server.url))).toBe('unexpected_response');
  });

  it.each([
    ['says nothing', silence()],
    ['sends headers only', headersOnly()],
    ['drips', drip(5)],
    ['is slow', later(2_000, status(200))],
    [
      'redirects to silence',
      (request: { url?: string }, response: never) =>
        (request.url === '/' ? redirect('/on') : silence())(request as never, response),
    ],
  ] as const)('meets its deadline when the server %s', async (_, how) => {
    server.answer(how as never);
    const start = performance.now();
    expect(await outcome(http(server.url), 100)).toBe('timeout');
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  it('is unavailable when the connection is cut, before the headers or in the body', async () => {
    for (const how of [silence(), headersOnly()]) {
      server.answer(how);
      const seen = server.requests.length;
      const run = outcome(http(server.url));
      await until(() => server.requests.length > seen);
      server.cut();
      expect(await run).toBe('unavailable');
    }
  });

  it.each([
    ['another protocol', '-ERR unknown command\r\n'],
    ['a broken status line', 'HTTP/9 yes\r\n\r\n'],
    ['a broken header', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(10_000)}`],
  ])('says protocol to %s', async (_, bytes) => {
    server.answer(raw(bytes));
    expect(await outcome(http(server.url))).toBe('protocol');
  });

  describe('settles long before its deadline, and leaves nothing, when it is answered by', () => {
    const switching = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    it.each([
      ['another protocol', switching, 'unexpected_response'],
      ['another protocol, and more of it', `${switching}\x81\x05hello`, 'unexpected_response'],
      ['no more than an interim answer', 'HTTP/1.1 100 Continue\r\n\r\n', 'unavailable'],
      ['interim answers without end', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000), 'unexpected_response'],
      ['half a status', 'HTTP/1.1 20', 'unavailable'],
      ['half a header', 'HTTP/1.1 200 OK\r\nContent-Le', 'unavailable'],
      ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 'unavailable'],
      ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nhalf', 'unavailable'],
    ])('%s', async (_, bytes, reason) => {
      const before = await resources();
      server.answer(raw(bytes));
      const from = performance.now();
      expect(await outcome(http(server.url))).toBe(reason);
      expect(performance.now() - from).toBeLessThan(2_000);
      await until(() => server.connections() === 0);
      expect((await resources()).handles).toEqual(before.handles);
    });

    it('interim answers before the one that counts', async () => {
      server.answer(raw(`${'HTTP/1.1 102 Processing\r\n\r\n'.repeat(3)}HTTP/1.1 204 No Content\r\n\r\n`));
      expect(await outcome(http(server.url))).toBe('ok');
    });
  });

  it('is unavailable when the server hangs up without a word', async () => {
    server.answer(raw(''));
    expect(await outcome(http(server.url))).toBe('unavailable');
  });
});

describe('http and the network', () => {
  it('is refused where nothing listens, 500 times without leaving anything', async () => {
    const check = http(`http://127.0.0.1:${await freePort()}/`);
    expect(await outcome(check)).toBe('refused');
    const [before, timersBefore] = [await resources(), timers()];
    for (let run = 0; run < 500; run += 1) expect(await outcome(check)).toBe('refused');
    expect(await resources()).toEqual(before);
    expect(timers()).toBeLessThan(timersBefore + 5);
  });

  it('leaves nothing of 50 runs into a black hole', async () => {
    const proxy = await startProxy(server.port);
    proxy.blackHole();
    const check = http(proxy.through(server.url));
    expect(await outcome(check, 20)).toBe('timeout');
    await until(() => proxy.connections() === 0);
    const before = await resources();
    for (let run = 0; run < 50; run += 1) expect(await outcome(check, 5)).toBe('timeout');
    await until(() => proxy.connections() === 0);
    expect(await resources()).toEqual(before);
    await proxy.dispose();
  });

  it('says dns when the name is unknown', async () => {
    expect(await outcome(http('http://nowhere.invalid/'))).toBe('dns');
  });

  it('resolves the name anew for every run, but never twice at a time', async () => {
    const answers: (() => void)[] = [];
    const lookup = vi.spyOn(dns, 'lookup').mockImplementation(((
      _n: string,
      _o: unknown,
      callback: (...found: unknown[]) => void,
    ) => {
      answers.push(() => callback(null, [{ address: '127.0.0.1', family: 4 }]));
    }) as never);
    const check = http(`http://silent.test:${server.port}/`);
    expect(await outcome(check, 20)).toBe('timeout');
    expect(await outcome(check, 20)).toBe('timeout');
    expect(lookup).toHaveBeenCalledTimes(1);
    answers[0]?.();
    for (const calls of [2, 3]) {
      const run = outcome(check);
      await until(() => lookup.mock.calls.length === calls);
      answers.at(-1)?.();
      expect(await run).toBe('ok');
    }
  });

  it('meets a deadline that is over already', async () => {
    const before = server.requests.length;
    const reason = new Error('over');
    await expect(http(server.url).checker.check(AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.requests.length).toBe(before);
  });

  it('says tls for certificates that are not trusted, expired, or of another host', async () => {
    const [own, expired, foreign] = await Promise.all([
      certificate(),
      certificate('127.0.0.1', { expired: true }),
      certificate('elsewhere.test'),
    ]);
    const reasons: string[] = [];
    for (const tls of [own, expired, foreign]) {
      const secure = await startHttp({ tls });
      reasons.push(await outcome(http(secure.url)));
      reasons.push(await trusting(tls.cert, () => outcome(http(secure.url))));
      await secure.dispose();
    }
    expect(reasons).toEqual(['tls', 'ok', 'tls', 'tls', 'tls', 'tls']);
  });

  it('says tls when the server speaks plain HTTP', async () => {
    expect(await outcome(http(`https://127.0.0.1:${server.port}`))).toBe('tls');
  });

  it('takes an IPv6 address', async () => {
    const six = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => six.listen(0, '::1', resolve));
    const { port } = six.address() as { port: number };
    expect(await outcome(http(`http://[::1]:${port}/`))).toBe('ok');
    await new Promise((resolve) => six.close(resolve));
  });
});

describe('http options', () => {
  it.each([
    [{ status: [] }, 'Expected `status` to be a list of statuses from 200 to 599, got `[]`'],
    [{ status: [99] }, 'Expected `status` to be a list of statuses from 200 to 599, got `[99]`'],
    [{ maxBytes: 0 }, 'Expected `maxBytes` to be a positive whole number, got `0`'],
    [{ headers: { 'bad name': 'x' } }, 'Expected `headers` to be HTTP headers, got a bad `bad name`'],
    [
      { headers: { authorization: 'Bearer s3cret\n' } },
      'Expected `headers` to be HTTP headers, got a bad `authorization`',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => http('http://127.0.0.1/', options)).toThrow(message);
  });

  it('refuses a schema that is none, at once', () => {
    expect(() => http('http://127.0.0.1/', { schema: { type: 'nonsense' } })).toThrow(
      'Expected `schema` to be a JSON Schema: ',
    );
  });

  it('hands on how the check is to be run', () => {
    const { checker, ...run } = http('http://127.0.0.1/', { interval: '1s', requiredFor: 'nothing', maxBytes: 10 });
    expect(run).toEqual({ interval: '1s', requiredFor: 'nothing' });
    expect(Object.keys(checker).sort()).toEqual(['certificateExpiry', 'check', 'explain']);
  });
});
