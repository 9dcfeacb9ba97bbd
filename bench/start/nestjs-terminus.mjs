import 'reflect-metadata';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, TerminusModule } from '@nestjs/terminus';

class Probes {
  constructor(health) {
    this.health = health;
  }

  live() {
    return this.health.check([]);
  }
}

const descriptor = Object.getOwnPropertyDescriptor(Probes.prototype, 'live');
Inject(HealthCheckService)(Probes, undefined, 0);
HealthCheck()(Probes.prototype, 'live', descriptor);
Get('/health')(Probes.prototype, 'live', descriptor);
Controller()(Probes);

class Application {}
Module({ imports: [TerminusModule], controllers: [Probes] })(Application);

const application = await NestFactory.create(Application, { logger: false });
await application.listen(process.env.PORT, process.env.HOST);
