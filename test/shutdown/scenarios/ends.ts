// One port of the kind that KIND names, with a request that takes a second where the application answers, and a log.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttp2Server, createSecureServer } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import express from 'express';
import { createLog } from '../../../src/cli/support/log.ts';
import { createProbity } from '../../../src/index.ts';

const { KIND, KEY, CERT } = process.env;
const probity = createProbity({
  checks: { database: async () => {} },
  shutdown: { drainDelay: '100ms', deadline: '10s' },
  log: createLog({ level: 'debug', secrets: [] }),
  ...(KIND === 'management' ? { management: { port: 0 } } : {}),
});
probity.onShutdown(() => console.error('hook'));

/** As applications do: reads the request, and then takes its time. */
function answer(request: Readable, response: Writable): void {
  request.resume().on('error', () => {});
  request.on('end', () => {
    console.error('slow begun');
    setTimeout(() => response.end('slow answer'), 1_000);
  });
}
const tls = () => ({ key: readFileSync(KEY as string), cert: readFileSync(CERT as string) });
const servers = {
  express: () => createServer(express().use(probity.handler).use(answer)),
  https: () => createHttpsServer(tls(), answer),
  'http2 without TLS': () => createHttp2Server(answer),
  http2: () => createSecureServer(tls(), answer),
  'http1 on http2': () => createSecureServer({ ...tls(), allowHTTP1: true }, answer),
  'streams alone': () => createHttp2Server().on('stream', (stream) => answer(stream, stream)),
};

async function listenOnOne(): Promise<number> {
  const { port } = await probity.listen(0, { host: '127.0.0.1', isolate: KIND === 'isolated' });
  probity.manage();
  return probity.management()?.port ?? port;
}

function listenOnServer(): Promise<number> {
  const server = servers[KIND as keyof typeof servers]();
  probity.manage(server);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

const port = await ((KIND as string) in servers ? listenOnServer() : listenOnOne());
// Standard output may be full.
console.error(`port ${port}`);
