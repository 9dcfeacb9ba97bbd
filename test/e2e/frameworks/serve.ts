// A service in the framework that is named, by the line that docs/library.md has for it: node serve.ts FRAMEWORK.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { createProbity } from '../../../src/index.ts';

const require = createRequire(new URL('../../../examples/package.json', import.meta.url));
const probity = createProbity({
  checks: { database: async () => {}, external_service: async () => {} },
  simulation: true,
  heartbeats: { sidecar: '10m' },
  atRoot: ['/metrics', '/openapi.json'],
  shutdown: { drainDelay: '10ms' },
  // What stands on stderr is the framework's.
  log: false,
});

// biome-ignore lint/suspicious/noExplicitAny: each framework has types of its own, which are not what is tried here.
type App = any;
type Answer = (request: App, response: App) => unknown;
const own: Answer = (_, response) => response.end('own');
const listening = async (server: Server): Promise<Server> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};
/** Whatever `app.use` takes a handler of Connect. */
function withUse(app: App): App {
  app.use(probity.handler);
  app.use('/internal', probity.handler);
  return app;
}
function inFront(listener: RequestListener): Server {
  return createServer((request, response) => probity.handler(request, response, () => listener(request, response)));
}

async function fastify(name: string, isMiddie: boolean): Promise<Server> {
  const app: App = require(name)();
  if (isMiddie) {
    await app.register(require('@fastify/middie'));
    withUse(app);
  } else {
    app.addHook('onRequest', (request: App, reply: App, done: App) => probity.handler(request.raw, reply.raw, done));
  }
  app.get('/', (_: unknown, reply: App) => void reply.send('own'));
  await app.listen({ port: 0, host: '127.0.0.1' });
  return app.server;
}

async function nestjs(): Promise<Server> {
  require('reflect-metadata');
  const { Controller, Get, Module } = require('@nestjs/common');
  class Own {
    own(): string {
      return 'own';
    }
  }
  class Root {}
  Get()(Own.prototype, 'own', Object.getOwnPropertyDescriptor(Own.prototype, 'own'));
  Controller()(Own);
  Module({ controllers: [Own] })(Root);
  const { NestFactory } = require('@nestjs/core');
  const app = withUse(await NestFactory.create(Root, { logger: ['error', 'warn'] }));
  await app.listen(0, '127.0.0.1');
  return app.getHttpServer();
}

const frameworks: Readonly<Record<string, () => Promise<Server>>> = {
  'Express 5': () => listening(createServer(withUse(require('express')()).get('/', own))),
  'Express 4': () => listening(createServer(withUse(require('express4')()).get('/', own))),
  Connect: () => listening(createServer(withUse(require('connect')()).use(own))),
  NestJS: nestjs,
  'Fastify 5': () => fastify('fastify', false),
  'Fastify 4': () => fastify('fastify4', false),
  'Fastify with middie': () => fastify('fastify', true),
  async Koa() {
    const { default: Koa } = require('koa');
    const app = new Koa();
    app.use((context: App) => {
      if (context.path === '/') context.body = 'own';
    });
    const listener = app.callback();
    return listening(inFront(listener));
  },
  async Hono() {
    const { Hono } = require('hono');
    const app = new Hono().get('/', (context: App) => context.text('own'));
    const { getRequestListener } = require('@hono/node-server');
    const listener = getRequestListener(app.fetch);
    return listening(inFront(listener));
  },
  'node:http': () => listening(createServer(probity.handler)),
};

const server = await (frameworks[process.argv[2] ?? ''] as () => Promise<Server>)();
probity.manage(server);
console.log(`listening ${JSON.stringify(server.address() as AddressInfo)}`);
