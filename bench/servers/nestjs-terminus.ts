import 'reflect-metadata';
import type { Server } from 'node:http';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { listen } from './child.ts';
import { checkCache, checkDatabase } from './dependencies.ts';

/** How long a result is kept; undefined without the cache. */
const cacheMs = process.env.CACHE_MS ? Number(process.env.CACHE_MS) : undefined;

class Probes {
  readonly health: HealthCheckService;
  readonly indicators: HealthIndicatorService;

  constructor(health: HealthCheckService, indicators: HealthIndicatorService) {
    this.health = health;
    this.indicators = indicators;
  }

  live(): Promise<object> {
    return this.health.check([]);
  }

  ready(): Promise<object> {
    return this.health.check([
      () => this.attempt('database', checkDatabase) as never,
      () => this.attempt('cache', checkCache) as never,
    ]);
  }

  attempt(name: string, check: () => Promise<unknown>): PromiseLike<object> {
    const attempt = this.indicators.check(name).attempt(() => check().then(() => undefined));
    return cacheMs === undefined ? attempt : attempt.cacheFor(cacheMs);
  }
}

// What the decorators would do: Node strips types, and decorators are more than that.
Inject(HealthCheckService)(Probes, undefined, 0);
Inject(HealthIndicatorService)(Probes, undefined, 1);
route('live', '/health');
route('ready', '/ready');
Controller()(Probes);

function route(method: 'live' | 'ready', path: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(Probes.prototype, method) as PropertyDescriptor;
  HealthCheck()(Probes.prototype, method, descriptor);
  Get(path)(Probes.prototype, method, descriptor);
}

class Application {}
Module({ imports: [TerminusModule], controllers: [Probes] })(Application);

const application = await NestFactory.create(Application, { logger: false });
await application.init();
await listen(application.getHttpServer() as Server);
