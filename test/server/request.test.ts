import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { connect, createServer as createServerOfHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { rangeError } from '../../src/base/errors.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { createProbity, type Probity, type ProbityOptions } from '../../src/index.ts';
import { createGuard, type Guard, sharedStateOf } from '../../src/server/access/access.ts';
import { keysOf } from '../../src/server/access/keys.ts';
import { builtin, operationOf, recordingLog } from '../support.ts';
import { send, token } from './access/listeners.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function create(options: ProbityOptions = {}): Probity {
  const probity = createProbity({ simulation: true, checks: { database: async () => {} }, ...options });
  closing.push(() => probity.stop());
  return probity;
}

async function serve(listener: RequestListener, where: string | number = 0): Promise<Server> {
  const server = createServer(listener);
  if (typeof where === 'string') server.listen(where);
  else server.listen(where, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return server;
}

const at = (port: number) => ({ name: '', mount: '', port });
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

describe('without tokens', () => {
  it.each([
    ['Forwarded', 'for=203.0.113.7'],
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Proto', 'https'],
    ['x-forwarded-whatever', ''],
    ['X-Real-IP', '127.0.0.1'],
    ['Via', '1.1 proxy'],
  ])('a request with %s is refused, told why and counted', async (name, value) => {
    const { log, lines } = recordingLog();
    const port = (await create({ log }).listen(0, '127.0.0.1')).port;
    const refused = await send(at(port), 'GET', '/checks', { [name]: value });
    expect(JSON.parse(refused.body)).toMatchObject({
      status: 403,
      detail: `Expected no proxy between, as no tokens are configured, got the header ${name.toLowerCase()}`,
    });
    expect(lines).toContainEqual({
      level: 'warn',
      fields: { method: 'GET', path: '/checks', reason: 'forwarded' },
      message: 'access refused',
    });
    expect((await send(at(port), 'POST', '/simulate_db_failure', { [name]: value })).status).toBe(403);
    const metrics = await send(at(port), 'GET', '/metrics', { [name]: value });
    expect(metrics.body).toContain('probity_access_refused_total{reason="forwarded"} 2');
    expect((await send(at(port), 'GET', '/health', { [name]: value })).status).toBe(200);
  });

  it('no other spelling of a path opens what is guarded', async () => {
    const { port } = await create().listen(0, '127.0.0.1');
    const far = { Host: 'evil.example' };
    for (const { path } of builtin.operations.filter(({ access }) => access === 'checks' || access === 'simulation')) {
      const plain = path.replace('{check}', 'database');
      const spellings = [`/${plain}`, `${plain}/`, plain.toUpperCase(), `/.${plain}`, `/x/..${plain}`, `${plain}?x=1`];
      const encoded = [`/%${plain.charCodeAt(1).toString(16)}${plain.slice(2)}`, `${plain}%2f`, `${plain};a=b`];
      for (const spelling of [...spellings, ...encoded])
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'])
          expect([403, 404, 405, 429], spelling).toContain((await send(at(port), method, spelling, far)).status);
    }
  });

  it('what listens on a Unix domain socket cannot tell who asks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'probity-socket-'));
    closing.push(() => rmSync(folder, { recursive: true }));
    const socketPath = join(folder, 'socket');
    await serve(create().handler, socketPath);
    const status = async (path: string): Promise<number | undefined> => {
      const [answer] = (await once(request({ socketPath, path, agent: false }).end(), 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    };
    expect([await status('/checks'), await status('/health'), await status('/metrics')]).toEqual([403, 200, 200]);
  });

  it('a server of HTTP/2 opens nothing that is guarded', async () => {
    const server = createServerOfHttp2(create().handler as never).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    closing.push(() => session.destroy());
    for (const authority of ['127.0.0.1', 'evil.example']) {
      const [headers] = await once(session.request({ ':path': '/checks', ':authority': authority }), 'response');
      expect(headers[':status']).toBe(400);
    }
  });

  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.1.2.3', false],
    ['::ffff:10.1.2.3', false],
    ['fe80::1', false],
    ['127.0.0.1.evil', false],
    [undefined, false],
  ])('a client at %s is on this machine: %s', (remoteAddress, isHere) => {
    expect(judged(createGuard(keysOf([]), sharedStateOf(['checks'])), remoteAddress).ok).toBe(isHere);
  });

  it('the start warns of simulation that is open, once, and of nothing else', async () => {
    const open = recordingLog();
    const probity = create({ log: open.log });
    await probity.listen(0, '127.0.0.1');
    probity.start();
    expect(open.lines.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', fields: {}, message: expect.stringMatching(/^simulation is open .* `access.tokens` close it$/) },
    ]);
    const closed = recordingLog();
    await create({ log: closed.log, access: { tokens: [token] } }).listen(0, '127.0.0.1');
    await create({ log: closed.log, simulation: false }).listen(0, '127.0.0.1');
    expect(closed.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('details are for this machine alone on an address that others reach, and the service starts', async () => {
    const { port } = await create({ simulation: false }).listen(0, '0.0.0.0');
    expect((await send(at(port), 'GET', '/checks', {})).status).toBe(200);
    expect((await send(at(port), 'GET', '/checks', { Host: '10.1.2.3:8000' })).status).toBe(403);
  });

  it('details are open where the list of what is protected is empty', async () => {
    const { port } = await create({ access: { protect: [] } }).listen(0, '127.0.0.1');
    const far = { Host: 'evil.example', 'X-Forwarded-For': '203.0.113.7' };
    expect((await send(at(port), 'GET', '/checks', far)).status).toBe(200);
    expect((await send(at(port), 'GET', '/faults', far)).status).toBe(403);
  });
});

describe('protect', () => {
  it('names what is known, or is refused', () => {
    expect(() => createProbity({ access: { protect: ['check' as never] } })).toThrow(
      rangeError('PROBITY_OPTION', 'Expected `access.protect` to name checks, metrics, docs, got `check`'),
    );
  });
});

describe('the isolated worker', () => {
  const bearer = (held: string): Record<string, string> => ({ Authorization: `Bearer ${held}` });

  it('logs and counts what it refuses where the main thread does', async () => {
    const { log, lines } = recordingLog();
    const probity = create({ log, access: { tokens: [token] } });
    const isolated = at((await probity.listen(0, { host: '127.0.0.1', isolate: true })).port);
    const embedded = at(portOf(await serve(probity.handler)));
    expect((await send(isolated, 'GET', '/checks', {})).status).toBe(401);
    expect((await send(isolated, 'GET', '/checks', bearer('correct-horse-batterx'))).status).toBe(401);
    expect((await send(isolated, 'GET', `/checks?token=${token.token}`, bearer(token.token))).status).toBe(401);
    expect((await send(embedded, 'GET', '/checks', {})).status).toBe(401);
    const { body } = await send(embedded, 'GET', '/metrics', {});
    for (const [reason, count] of Object.entries({ missing_token: 2, wrong_token: 1, token_in_query: 1, foreign: 0 }))
      expect(body).toContain(`probity_access_refused_total{reason="${reason}"} ${count}\n`);
    const refused = { method: 'GET', path: '/checks' };
    await expect
      .poll(() => lines.filter(({ message }) => message === 'access refused').map(({ fields }) => fields))
      .toEqual(
        expect.arrayContaining(
          ['missing_token', 'wrong_token', 'token_in_query'].map((reason) => ({ ...refused, reason })),
        ),
      );
    expect(JSON.stringify(lines)).not.toContain(token.token);
  });

  it('puts off whoever tries too often, and no holder', async () => {
    const probity = create({ access: { tokens: [token] } });
    const isolated = at((await probity.listen(0, { host: '127.0.0.1', isolate: true })).port);
    const answers = await Promise.all(Array.from({ length: 15 }, () => send(isolated, 'GET', '/checks', {})));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await send(isolated, 'GET', '/checks', bearer(token.token))).status).toBe(200);
  });

  it('takes new tokens, also after it was asked with old ones', async () => {
    const probity = create({ access: { tokens: [token] } });
    const isolated = at((await probity.listen(0, { host: '127.0.0.1', isolate: true })).port);
    const carol = { name: 'carol', token: 'third-token-of-carol' };
    expect((await send(isolated, 'GET', '/checks', bearer(token.token))).status).toBe(200);
    probity.replaceTokens([carol]);
    await expect.poll(async () => (await send(isolated, 'GET', '/checks', bearer(carol.token))).status).toBe(200);
    expect((await send(isolated, 'GET', '/checks', bearer(token.token))).status).toBe(401);
    probity.replaceTokens([]);
    await expect.poll(async () => (await send(isolated, 'GET', '/checks', bearer(carol.token))).status).not.toBe(200);
    expect([401, 429]).toContain((await send(isolated, 'GET', '/checks', {})).status);
  });

  it('serves its details where the contract has them, and nowhere where it has none', async () => {
    const file = 'test/contract/documents/secured.yaml';
    const contract = await loadContract({ file, merge: false, simulation: false, checks: ['database'] });
    const probity = create({ contract, simulation: false });
    const isolated = at((await probity.listen(0, { host: '127.0.0.1', isolate: true })).port);
    expect((await send(isolated, 'GET', '/readyz', {})).status).toSatisfy((status) => status === 204 || status === 503);
    expect((await send(isolated, 'GET', '/checks', {})).status).toBe(404);
  });
});

/** What a guard says of somebody who asks for the details from an address. */
function judged(guard: Guard, remoteAddress: string | undefined): ReturnType<Guard['admit']> {
  const asked = { socket: { remoteAddress }, headers: { host: 'localhost' }, url: '/checks' };
  return guard.admit(asked as IncomingMessage, operationOf(builtin, 'listChecks'));
}
