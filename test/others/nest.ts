/** A service in NestJS with its own health and its own document, as it writes them by itself. */
import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService, TerminusModule } from '@nestjs/terminus';

let health: HealthCheckService;

class Health {
  check(): Promise<HealthCheckResult> {
    return health.check([() => ({ database: { status: 'up', latency: 1 } })]);
  }
}
class Root {}

// What the decorators would do: Node strips types, and decorators are more than that.
const descriptor = Object.getOwnPropertyDescriptor(Health.prototype, 'check') as PropertyDescriptor;
Get()(Health.prototype, 'check', descriptor);
HealthCheck()(Health.prototype, 'check', descriptor);
Controller('health')(Health);
Module({ imports: [TerminusModule.forRoot({ logger: false })], controllers: [Health] })(Root);

const app = await NestFactory.create(Root, { logger: false });
health = app.get(HealthCheckService);
const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Shop').setVersion('1.0').build());
SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'openapi.json' });
await app.listen(0, '127.0.0.1');
console.log(`listening ${(app.getHttpServer().address() as AddressInfo).port}`);
