import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { createProbity } from '../../src/index.ts';
import { isMounted } from '../../src/server/mount.ts';
import { rawRequest } from './raw.ts';

const probity = createProbity({ checks: {} });
// Whatever is asked for, the handler is mounted there, as Connect would do it.
const server = createServer((request, response) => {
  const query = request.url?.replace(/^[^?]*/, '') ?? '';
  Object.assign(request, { originalUrl: request.url, url: `/${query}` });
  probity.handler(request, response, () => response.end('next'));
});
afterAll(() => {
  server.close();
  return probity.stop();
});

describe('a mount', () => {
  it.each([
    [{ url: '/docs', baseUrl: '/internal' }, true],
    [{ url: '/docs', originalUrl: '/internal/docs' }, true],
    [{ url: '/docs?a=/b', originalUrl: '/internal/docs?a=/b' }, true],
    [{ url: '/', originalUrl: '/internal' }, true],
    [{ url: '/docs', originalUrl: '/docs' }, false],
    [{ url: '/', originalUrl: '/' }, false],
    [{ url: '/', originalUrl: '/?a=b' }, false],
    [{ url: '/docs', baseUrl: '', originalUrl: '/docs?a=/docs' }, false],
    [{ url: '/rewritten', originalUrl: '/elsewhere' }, false],
    [{ url: '/docs' }, false],
  ])('is seen in %j: %s', (request, expected) => {
    expect(isMounted(request as never)).toBe(expected);
  });

  it.each([
    ['GET', '/internal', './internal/', '/internal/'],
    ['HEAD', '/internal?a=b', './internal/?a=b', '/internal/?a=b'],
    ['GET', '/behind/a/proxy', './proxy/', '/behind/a/proxy/'],
    ['GET', '//evil.example', './evil.example/', '//evil.example/'],
    ['GET', '/http://evil.example', './evil.example/', '/http://evil.example/'],
    ['GET', '/javascript:alert()', './javascript:alert()/', '/javascript:alert()/'],
    ['GET', '/..\\\\evil.example', './..\\\\evil.example/', '//evil.example/'],
  ])('without its slash leads to itself, for %s %s', async (method, path, location, arrived) => {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, head } = await rawRequest(
      port,
      `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect([status, /^Location: (.*)$/m.exec(head)?.[1]?.trim()]).toEqual([308, location]);
    const led = new URL(location, `http://a.example${path}`);
    expect(led.host).toBe('a.example');
    expect(led.href).toBe(`http://a.example${arrived}`);
  });

  it('with its slash, or asked otherwise, is not led anywhere', async () => {
    if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    for (const [asked, expected] of [
      ['GET /internal/', 200],
      ['POST /internal', 405],
    ] as const) {
      const { status } = await rawRequest(port, `${asked} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      expect([asked, status]).toEqual([asked, expected]);
    }
  });
});

describe('atRoot', () => {
  it.each(['/health', '/nowhere', 'metrics', ''])('names what an application is left, not `%s`', (path) => {
    expect(() => createProbity({ checks: {}, atRoot: [path] })).toThrow(
      `Expected \`atRoot\` to name what an application is left at its root (/metrics, /openapi.json, /docs, /), got \`${path}\``,
    );
  });
});
