import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Contract } from '../../../src/contract/contract.ts';
import type { Operation } from '../../../src/contract/operations.ts';
import { createProbity, type Probity, type ProbityOptions } from '../../../src/index.ts';

export const token = { name: 'ann', token: 'correct-horse-battery' };

/** A place where requests come in. */
export interface Listener {
  readonly name: string;
  readonly port: number;
  /** Before the paths of the contract. */
  readonly mount: string;
}

/** What an application says of what is its own. */
export const applicationsOwn = 418;

export interface Opened {
  readonly listeners: readonly Listener[];
  close(): Promise<void>;
}

/** Every kind of listener that there is, each with a service behind it that simulates. */
export async function openAll(contract: Contract, options: ProbityOptions = {}): Promise<Opened> {
  const closing: (() => Promise<unknown>)[] = [];
  const create = (more: ProbityOptions = {}): Probity => {
    const checks = { database: async () => {}, external_service: async () => {} };
    const heartbeats = { consumer: '1h' } as const;
    const probity = createProbity({ contract, simulation: true, checks, heartbeats, ...options, ...more });
    closing.push(() => probity.stop());
    return probity;
  };
  const serve = async (listener: RequestListener): Promise<number> => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  };
  const own: RequestListener = (_, response) => response.writeHead(applicationsOwn).end('own');
  const host = '127.0.0.1';
  const management = { port: 0, host };
  const split = create({ management });
  const splitIsolated = create({ management });
  const listeners = [
    { name: 'plain', port: (await create().listen(0, host)).port },
    { name: 'probes', port: (await split.listen(0, host)).port },
    { name: 'management', port: split.management()?.port as number },
    { name: 'isolated', port: (await create().listen(0, { host, isolate: true })).port },
    { name: 'isolated probes', port: (await splitIsolated.listen(0, { host, isolate: true })).port },
    { name: 'management of isolated', port: splitIsolated.management()?.port as number },
    { name: 'handler', port: await serve(create().handler) },
    { name: 'root of Express', port: await serve(express().use(create().handler, own)) },
    {
      name: 'mount in Express',
      mount: '/internal',
      port: await serve(express().use('/internal', create().handler, own)),
    },
  ];
  return {
    listeners: listeners.map((listener) => ({ mount: '', ...listener })),
    close: async () => void (await Promise.all(closing.map((close) => close()))),
  };
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** As `fetch`, which sets Host by itself. */
export function send(
  { port, mount }: Listener,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Answer> {
  const length = body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': body.length };
  const options = { host: '127.0.0.1', port, method, path: mount + path, headers: { ...headers, ...length } };
  return new Promise((resolve, reject) => {
    request({ ...options, agent: false }, async (answer) => {
      const text = Buffer.concat(await answer.toArray()).toString();
      resolve({ status: answer.statusCode ?? 0, body: text });
    })
      .on('error', reject)
      .end(body);
  });
}

/** A request that an operation takes: its parameters filled in, and a body where it wants one. */
export function requestFor({ path, method }: Operation): { method: string; path: string; body: string } {
  const filled = path.replace(/\{(\w+)\}/, (_, parameter) => (parameter === 'name' ? 'consumer' : 'database'));
  return { method: method.toUpperCase(), path: filled, body: method === 'put' ? '{"kind":"outage"}' : '' };
}
