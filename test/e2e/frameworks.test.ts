import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tableOf } from '../docs/pages.ts';
import { type Program, startProgram } from '../shutdown/program.ts';

/** Imports what `make examples` has installed. */
const script = join(import.meta.dirname, 'frameworks/serve.ts');
const code = readFileSync(script, 'utf8');

/** Every operation but the pages, as [method, path, status, body]. */
const operations: readonly (readonly [method: string, path: string, status: number, body?: string])[] = [
  ['GET', '/health', 200],
  ['HEAD', '/health', 200],
  ['GET', '/ready?_=1', 200],
  ['GET', '/startup', 200],
  ['GET', '/internal/alive', 204],
  ['GET', '/internal/ready', 204],
  ['GET', '/internal/self', 204],
  ['GET', '/checks', 200],
  ['GET', '/checks/database', 200],
  ['GET', '/checks/nothing', 404],
  ['POST', '/heartbeats/sidecar', 204],
  ['POST', '/simulate_db_failure', 200],
  ['POST', '/simulate_db_recovery', 200],
  ['POST', '/simulate_external_service_failure', 200],
  ['POST', '/simulate_external_service_recovery', 200],
  ['PUT', '/faults/database', 200, '{"kind":"latency","delayMs":1}'],
  ['GET', '/faults', 200],
  ['DELETE', '/faults/database', 204],
  ['DELETE', '/faults', 204],
  ['GET', '/fleet', 404],
  ['GET', '/metrics', 200],
  ['GET', '/openapi.json', 200],
  ['POST', '/health', 405],
];

const json = { 'Content-Type': 'application/json' };
async function ask(url: string, method: string, path: string, body?: string): Promise<readonly [number, string]> {
  const init = body === undefined ? { method } : { method, body, headers: json };
  const response = await fetch(url + path, { ...init, redirect: 'manual' });
  return [response.status, response.headers.get('location') ?? (await response.text())];
}

async function untilReady(url: string, program: Program): Promise<void> {
  const until = performance.now() + 15_000;
  while ((await ask(url, 'GET', '/ready'))[0] !== 200)
    if (performance.now() > until) throw new Error(`Expected it to become ready: ${program.lines.join('\n')}`);
}

/** What takes a handler at a path, as `app.use` does. */
const mounting = ['Express 5', 'Express 4', 'Connect', 'NestJS', 'Fastify with middie'];
const others = ['Fastify 5', 'Fastify 4', 'Koa', 'Hono', 'node:http'];

describe.each([...mounting, ...others])('in %s', (framework) => {
  it('answers every operation, leaves the rest, and ends in order without a word', { timeout: 60_000 }, async () => {
    const program = startProgram(script, {}, undefined, [framework]);
    const url = `http://127.0.0.1:${await program.port('listening')}`;
    await untilReady(url, program);
    for (const [method, path, status, body] of operations)
      expect([method, path, (await ask(url, method, path, body))[0]]).toEqual([method, path, status]);

    const page = expect.stringContaining('<!doctype html>');
    expect(await ask(url, 'GET', '/')).toEqual([200, framework === 'node:http' ? page : 'own']);
    if (framework === 'node:http') expect(await ask(url, 'GET', '/docs')).toEqual([200, page]);
    if (framework !== 'Connect') expect((await ask(url, 'GET', '/nowhere'))[0]).toBe(404);
    if (mounting.includes(framework)) {
      for (const path of ['/internal/', '/internal/docs']) expect(await ask(url, 'GET', path)).toEqual([200, page]);
      expect(await ask(url, 'GET', '/internal?a=b')).toEqual([308, './internal/?a=b']);
      expect((await ask(url, 'GET', '/internal/metrics'))[0]).toBe(200);
      expect((await ask(url, 'GET', '/internal/checks/database'))[0]).toBe(200);
    }
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    expect(program.lines.filter((line) => !line.startsWith('listening'))).toEqual([]);
  });
});

describe('the lines of the documentation', () => {
  it.each(tableOf('docs/library.md', 'framework').map(([name = '', line = '']) => [name, line] as const))(
    'for %s are those that are tried',
    (_, line) => {
      const [, written = ''] = /^`(.*);`$/.exec(line) ?? [];
      const plain = (text: string): string => text.replaceAll(/: App|\s/g, '');
      expect(written).not.toBe('');
      expect(plain(code)).toContain(plain(written));
    },
  );
});
