import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity } from '../../src/service/probity.ts';
import { temporaryFolder } from '../servers/process.ts';

const temporary = temporaryFolder('paths');
afterAll(() => temporary.remove());

const status = (port: number, path: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

const responses = "{ '204': { description: Yes }, '503': { description: No } }";
const probe = (path: string): string => `  '${path}': { get: { x-probe: liveness, responses: ${responses} } }\n`;
const document = (servers: string, ...paths: readonly string[]): string =>
  `openapi: 3.1.0\ninfo: { title: Paths, version: '1' }\nservers: ${servers}\npaths:\n${paths.map(probe).join('')}`;

async function listening(text: string, isolate: boolean) {
  const file = join(temporary.path, 'openapi.yaml');
  writeFileSync(file, text);
  const probity = createProbity({
    contract: await loadContract({ file, merge: false, simulation: false, checks: [] }),
  });
  const { port } = await probity.listen(0, { host: '127.0.0.1', isolate });
  return { probity, port };
}

describe.each([
  ['the main thread', false],
  ['a thread of its own', true],
])('a path, on %s', (_, isolate) => {
  it('is reached as the document writes it, percent-encoded where a request must be', async () => {
    const paths = [
      '/健康',
      '/health%20check',
      '/health check!',
      '/a%2fb',
      '/-/ready.json',
      '/health:check',
      '/läuft/✓',
    ];
    const { probity, port } = await listening(document('[]', ...paths), isolate);
    const asked = [
      '/%E5%81%A5%E5%BA%B7',
      '/%e5%81%a5%e5%ba%b7',
      '/health%20check',
      '/health%20check!',
      '/a%2Fb',
      '/a%2fb',
    ];
    for (const path of [...asked, '/-/ready.json', '/health:check', '/l%C3%A4uft/%E2%9C%93'])
      expect([path, await status(port, path)]).toEqual([path, 204]);
    for (const path of ['/a/b', '/%2d/ready.json', '/health+check', '/%E5%81%A5', '/health%3Acheck'])
      expect([path, await status(port, path)]).toEqual([path, 404]);
    await probity.stop();
  });

  it('is served under every server', async () => {
    const servers =
      '[{ url: https://shop.example/v1 }, { url: http://localhost:8080 }, { url: https://a.example/v1/ }]';
    const { probity, port } = await listening(document(servers, '/ready'), isolate);
    for (const path of ['/v1/ready', '/ready']) expect([path, await status(port, path)]).toEqual([path, 204]);
    expect(await status(port, '/v2/ready')).toBe(404);
    await probity.stop();
  });
});
