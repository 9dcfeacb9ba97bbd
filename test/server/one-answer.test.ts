import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/base/log.ts';
import type { ProbityOptions } from '../../src/service/options.ts';
import { createProbity, type Probity } from '../../src/service/probity.ts';

const probities: Probity[] = [];
const servers: Server[] = [];
const ports = new Map<string, number>();
const own = ['plain', 'probes beside management', 'management', 'isolated'];
const listeners = [...own, 'embedded', 'embedded in Express'];

function create(more: ProbityOptions = {}): Probity {
  const probity = createProbity({ maxEventLoopDelay: '1h', checks: { database: async () => {} }, ...more });
  probities.push(probity);
  return probity;
}

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  ports.set('plain', (await create({ simulation: true }).listen(0, '127.0.0.1')).port);
  const managed = create({ management: { port: 0 } });
  ports.set('probes beside management', (await managed.listen(0, '127.0.0.1')).port);
  ports.set('management', managed.management()?.port as number);
  ports.set('isolated', (await create().listen(0, { host: '127.0.0.1', isolate: true })).port);
  ports.set('embedded', await serve(create().handler));
  ports.set('embedded in Express', await serve(express().use(create().handler)));
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await Promise.all(probities.map((probity) => probity.stop()));
});

interface Told {
  readonly statuses: readonly number[];
  readonly text: string;
  readonly afterMs: number;
}

/** Sends pieces, each with the next answer or in a while, and resolves when the server has closed the connection. */
async function tell(port: number, pieces: readonly string[], { isHalf = false, everyMs = 20 } = {}): Promise<Told> {
  const since = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: isHalf }).setNoDelay();
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const ended = once(socket, 'end').catch(() => {});
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece, 'latin1');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, everyMs))]);
  }
  if (isHalf) socket.end();
  await closed;
  const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
  return { statuses, text, afterMs: performance.now() - since };
}

const head = (line: string, ...headers: string[]): string =>
  `${[`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers].join('\r\n')}\r\n\r\n`;
const chunked = 'Transfer-Encoding: chunked';

describe.each(listeners)('a request that is answered before its body was read: %s', (listener) => {
  const port = (): number => ports.get(listener) as number;

  it.each([
    ['a chunk that is none', ['zz\r\n']],
    ['a chunk that is none, after a good one', ['1\r\nx\r\n', 'zz\r\n', 'zz\r\n']],
    ['another request where a chunk belongs', [head('GET /health')]],
  ])('gets one answer to %s', async (_, pieces) => {
    // In one piece and in several: the answer is there before the body in the one case, and after it in the other.
    const all = ['POST /nope', 'POST /health', 'GET /health'].flatMap((line) => {
      const several = [head(line, chunked), ...pieces];
      return [several, [several.join('')]];
    });
    const answers = await Promise.all(all.map(async (sent) => ({ sent, told: await tell(port(), sent) })));
    expect(answers.filter(({ told }) => told.statuses.length !== 1)).toEqual([]);
  });

  it('closes within seconds where the body never comes, though the client stays', async () => {
    const { statuses, text, afterMs } = await tell(port(), [head('GET /health', 'Content-Length: 9')]);
    expect(statuses).toEqual([200]);
    expect(text.toLowerCase()).toContain('connection: close');
    expect(afterMs).toBeLessThan(3_000);
  });
});

it('an answer that comes before a body of megabytes reaches its client', async () => {
  const port = ports.get('plain') as number;
  const body = 'x'.repeat(100_000);
  const { statuses } = await tell(
    port,
    [head('POST /nope', `Content-Length: ${20 * body.length}`), ...Array<string>(20).fill(body)],
    { everyMs: 1 },
  );
  expect(statuses).toEqual([404]);
});

describe.each(own)('what the parser gives up on: %s', (listener) => {
  const port = (): number => ports.get(listener) as number;

  it('waits for the answer to what came before', async () => {
    const { statuses } = await tell(port(), [`${head('GET /checks')}nonsense\r\n\r\n`]);
    expect(statuses[0]).not.toBe(400);
    expect(statuses).toHaveLength(1);
  });

  it('waits for the answer to what came before, also where it is a CONNECT', async () => {
    const { statuses } = await tell(port(), [`${head('GET /checks')}${head('CONNECT a:1')}`]);
    expect(statuses).toHaveLength(2);
    expect(statuses[0]).not.toBe(400);
    expect(statuses[1]).toBe(400);
  });

  it('gets no body with its refusal where it asked for HEAD', async () => {
    const { text } = await tell(port(), [`${head('HEAD /checks', chunked)}zz\r\n`]);
    expect(text).toMatch(/^HTTP\/1\.1 (?:.+\r\n)+\r\n$/);
  });

  it('is answered though its client says at once that nothing more will come', async () => {
    const { statuses } = await tell(port(), [`${head('GET /checks')}${head('GET /health')}GET /he`], {
      isHalf: true,
      everyMs: 0,
    });
    expect(statuses.slice(0, 2).map((status) => status < 500)).toEqual([true, true]);
    expect(statuses.length).toBeLessThanOrEqual(3);
  });

  it('is never given to the parser of another connection, where it follows a CONNECT', async () => {
    const neighbour = connect(port(), '127.0.0.1');
    let overheard = '';
    neighbour.on('data', (data) => {
      overheard += data;
    });
    const { statuses } = await tell(port(), [head('CONNECT a:1'), head('GET /health'), head('GET /health')]);
    expect(statuses).toEqual([400]);
    neighbour.write(head('GET /startup'));
    await once(neighbour, 'data');
    neighbour.destroy();
    expect(overheard.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

it.each(listeners)('what follows an offer to upgrade is not mistaken for what follows that: %s', async (listener) => {
  const offer = head('GET /health', 'Connection: Upgrade', 'Upgrade: h2c');
  const { statuses } = await tell(ports.get(listener) as number, [`${offer}${head('GET /nope')}`, head('GET /health')]);
  expect(statuses).toEqual([200]);
});

describe.each(listeners)('a target of an odd form: %s', (listener) => {
  /** With an application behind, what is not ours is the application's. */
  const refused = listener === 'embedded in Express' ? [400, 404] : [400];

  it.each([
    ...[
      '/health#x',
      '/health?x#y',
      '#',
      '*',
      'http://a/health',
      'HTTP://a',
      'http://',
      'a:80',
      '/health\\',
      '\\health',
    ],
    ...['/h\xe9alth', '/checks/database#x', '/checks/\\', '/checks/\x80'],
  ])('%j is refused', async (target) => {
    const { statuses } = await tell(ports.get(listener) as number, [head(`GET ${target}`, 'Connection: close')]);
    expect(statuses).toHaveLength(1);
    expect(refused).toContain(statuses[0]);
  });
});

describe.concurrent('a connection without a request', () => {
  it.each(own)(
    'is closed within ten seconds, though it sends blank lines: %s',
    { timeout: 15_000 },
    async (listener) => {
      const pieces = [head('GET /health'), ...Array<string>(20).fill('\r\n')];
      const { statuses, afterMs } = await tell(ports.get(listener) as number, pieces, { everyMs: 1_000 });
      expect(statuses).toEqual([200]);
      expect(afterMs).toBeLessThan(10_000);
    },
  );

  it('may send one before its next request', async () => {
    const pieces = [head('GET /health'), '\r\n', head('GET /health', 'Connection: close')];
    expect((await tell(ports.get('plain') as number, pieces)).statuses).toEqual([200, 200]);
  });
});

describe('a log that fails', () => {
  const throws = (): never => {
    throw new Error('the disk is full');
  };
  const rejects = async (): Promise<never> => throws();

  it.each([
    ['throws', throws],
    ['rejects', rejects as () => never],
  ])('keeps nobody from an answer: one that %s', async (_, fails) => {
    const log: Log = { debug: fails, info: fails, warn: fails, error: fails };
    const tokens = [{ name: 'one', token: '0123456789abcdef' }];
    const probity = create({
      log,
      access: { tokens, protect: ['checks'] },
      checks: { broken: () => Promise.reject(1) },
    });
    const { port } = await probity.listen(0, '127.0.0.1');
    expect((await fetch(`http://127.0.0.1:${port}/checks`)).status).toBe(401);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    await probity.shutdown();
  });
});
