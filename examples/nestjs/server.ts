/** NestJS takes Probity as a global middleware. */
import 'reflect-metadata';
import type { Server } from 'node:http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createProbity, duration } from 'probity';

const { PORT = '8080', DRAIN_DELAY } = process.env;
const probity = createProbity({
  checks: { disk: async () => {} },
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
});

class Hello {
  hello(): object {
    return { Hello: 'World' };
  }
}
class Root {}

// What `@Controller()`, `@Get()` and `@Module()` would do: Node strips types, and decorators are more than that.
Get()(Hello.prototype, 'hello', Object.getOwnPropertyDescriptor(Hello.prototype, 'hello') as PropertyDescriptor);
Controller()(Hello);
Module({ controllers: [Hello] })(Root);

const app = await NestFactory.create(Root, { logger: false });
app.use(probity.handler);
await app.listen(Number(PORT), '127.0.0.1');
const server = app.getHttpServer() as Server;
console.log(`listening ${JSON.stringify(server.address())}`);
probity.manage(server);
probity.onShutdown(() => app.close());
