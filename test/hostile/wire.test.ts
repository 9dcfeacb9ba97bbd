import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProbity, type Probity } from '../../src/service/probity.ts';
import { bareServer, type Understanding } from './bare.ts';
import { type Conversation, converse } from './conversation.ts';
import { streams } from './messages.ts';
import { hold, holding } from './seeds.ts';

const probities: Probity[] = [];
const servers: Server[] = [];
let bare: Awaited<ReturnType<typeof bareServer>>;
const ports = new Map<string, number>();

beforeAll(async () => {
  bare = await bareServer();
  servers.push(bare.server);
  ports.set('plain', (await create().listen(0, '127.0.0.1')).port);
  const managed = create({ port: 0 });
  ports.set('probes beside management', (await managed.listen(0, '127.0.0.1')).port);
  ports.set('management', managed.management()?.port as number);
  ports.set('isolated', (await create().listen(0, { host: '127.0.0.1', isolate: true })).port);
  ports.set('embedded', await serve(create().handler));
  ports.set('embedded in Express', await serve(express().use('/probity', create().handler).use(create().handler)));
  // What answers everything but probes is loaded with the first request for it.
  await Promise.all([...ports.values()].map((port) => fetch(`http://127.0.0.1:${port}/checks`)));
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await Promise.all(probities.map((probity) => probity.stop()));
});

function create(management?: { port: number }): Probity {
  const probity = createProbity({
    maxEventLoopDelay: '1h',
    checks: { database: async () => {} },
    ...(management ? { management } : {}),
  });
  probities.push(probity);
  return probity;
}

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer({ maxHeaderSize: 8_192, requireHostHeader: false }, listener);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

const listeners = ['plain', 'probes beside management', 'management', 'isolated', 'embedded', 'embedded in Express'];

/** What a parser lets through and nobody should take: written without the code that refuses it. */
function isOdd({ httpVersion, rawHeaders, url = '' }: IncomingMessage): boolean {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  const isVisible = [...url].every((character) => character > ' ' && character < '\x7f' && !'#\\'.includes(character));
  const hasHost = hosts === 1 || (hosts === 0 && httpVersion === '1.0');
  return !(hasHost && ['1.0', '1.1'].includes(httpVersion) && url.startsWith('/') && isVisible);
}

const probes: Readonly<Record<string, number>> = {
  '/health': 200,
  '/internal/alive': 204,
};

/** What a request is to be answered with; nothing where it depends on more than is known here. */
function expected(request: IncomingMessage): number | undefined {
  if (isOdd(request)) return 400;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const hasExpectation = ![undefined, '100-continue'].includes(request.headers.expect);
  return isRead && !hasExpectation ? probes[(request.url as string).split('?', 1)[0] as string] : undefined;
}

/** Whether somebody else's server has the last word where the parser gives up. */
const isEmbedded = (listener: string): boolean => listener.startsWith('embedded');

async function holdAgainst(listener: string, pieces: readonly string[], bareNode: Understanding): Promise<void> {
  const { requests, error, closed, isCut } = bareNode;
  const client = await converse(
    ports.get(listener) as number,
    pieces,
    requests.map(({ method }) => method as string),
  );
  const isLast = (): boolean => client.answers().some(({ closes }) => closes);
  const due = requests.filter(({ complete }) => complete).length;
  // Who is told that an answer is the last one need not wait for the end.
  const isDone = (): boolean => client.socket.closed || isLast() || (!closed && client.answers().length >= due);
  expect(await client.until(isDone), `silence: ${said(client)}`).toBe(true);
  if (!client.socket.closed) {
    client.socket.end();
    expect(await client.until(() => client.socket.closed), `open: ${said(client)}`).toBe(true);
  }
  const answers = client.answers();
  expect(client.rest(), 'half an answer').toBe('');
  const last = answers.findIndex(({ closes }) => closes);
  expect(last === -1 ? answers.length : last + 1, `answers after the last one: ${said(client)}`).toBe(answers.length);
  // Not by the time-out for idle connections.
  if (closed && error === undefined) expect(last, `kept open: ${said(client)}`).not.toBe(-1);
  const isBroken = error !== undefined || isCut || requests.some(({ complete }) => !complete) || last === -1;
  expect(answers.length, said(client)).toBeLessThanOrEqual(requests.length + (isBroken ? 1 : 0));
  // Bare Node throws away what is on its way when its parser gives up.
  if (last === -1 && !(isEmbedded(listener) && isBroken))
    expect(answers.length, said(client)).toBeGreaterThanOrEqual(due);
  answers.forEach(({ status }, index) => {
    const request = requests[index];
    if (request?.complete !== true) expect(status, said(client)).toBeLessThan(500);
    if (request === undefined) expect([400, 408, 431], said(client)).toContain(status);
    if (request?.complete !== true) return;
    expect(status, said(client)).not.toBe(500);
    if (!isEmbedded(listener)) expect(status, said(client)).toBe(expected(request) ?? status);
  });
}

const said = (client: Conversation): string => JSON.stringify(client.answers());

describe('bytes at random, in random pieces', () => {
  it.each(listeners)(
    'get one answer for each message, and a closed connection where one is broken: %s',
    holding,
    (listener) =>
      hold(
        250,
        fc.asyncProperty(streams, async (pieces) => {
          await holdAgainst(listener, pieces, await bare.understand(pieces));
          const { status } = await fetch(`http://127.0.0.1:${ports.get(listener)}/health`);
          expect(status).toBe(200);
        }),
      ),
  );
});
