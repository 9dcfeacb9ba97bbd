import { join } from 'node:path';
import amqp from 'amqplib';
import { describe, expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { startCollector } from '../servers/otlp.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startRabbitmq } from '../servers/rabbitmq.ts';
import { startProgram } from '../shutdown/program.ts';
import { untilStatus } from './service.ts';

/** Their imports of `probity` lead to dist/, which `make examples` builds. */
const folder = join(import.meta.dirname, '../../examples');
const env = { PORT: '0', DRAIN_DELAY: '50ms' };
const portOf = (line: string): number => JSON.parse(line.replace('listening ', '')).port;

describe.each(['express', 'fastify', 'nestjs', 'hono'])('the example in %s', (name) => {
  it('has its own routes beside the probes, and ends in order', { timeout: 60_000 }, async () => {
    const postgres = name === 'express' ? await startPostgres() : undefined;
    const program = startProgram(
      join(folder, name, 'server.ts'),
      { ...env, ...(postgres ? { DATABASE_URL: postgres.url } : {}) },
      folder,
    );
    const url = `http://127.0.0.1:${portOf(await program.said('listening'))}`;
    expect(await (await fetch(url)).json()).toEqual({ Hello: 'World' });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'up' });
    await untilStatus(`${url}/ready`, 200);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
    if (postgres) {
      expect(await (await fetch(`${url}/status`)).json()).toEqual({ status: 'ok' });
      await postgres.kill();
      const problem = await untilStatus(`${url}/ready`, 503);
      expect(await problem.json()).toMatchObject({ detail: 'Database not available' });
    }
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    await postgres?.dispose();
  });
});

describe('the example of a consumer', () => {
  it('answers probes without any HTTP of its own', { timeout: 60_000 }, async () => {
    const rabbitmq = await startRabbitmq();
    const program = startProgram(
      join(folder, 'rabbitmq-consumer/consumer.ts'),
      { ...env, AMQP_URL: rabbitmq.url },
      folder,
    );
    const url = `http://127.0.0.1:${portOf(await program.said('listening'))}`;
    await untilStatus(`${url}/startup`, 200);
    await untilStatus(`${url}/ready`, 200);
    const producer = await amqp.connect(rabbitmq.url);
    const channel = await producer.createConfirmChannel();
    channel.sendToQueue('work', Buffer.from('hello'));
    await program.said('consumed hello');
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await producer.close();
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);
    await rabbitmq.dispose();
  });
});

describe('the example with OpenTelemetry', () => {
  it('sends the runs and the transitions of an outage that is played through', { timeout: 60_000 }, async () => {
    const [collector, external] = await Promise.all([startCollector(), startHttp()]);
    const program = startProgram(
      join(folder, 'opentelemetry/server.ts'),
      {
        ...env,
        SIMULATION: 'true',
        EXTERNAL_SERVICE_URL: external.url,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_METRIC_EXPORT_INTERVAL: '200',
        OTEL_SERVICE_NAME: 'shop-under-test',
      },
      folder,
    );
    const url = `http://127.0.0.1:${portOf(await program.said('listening'))}`;
    await untilStatus(`${url}/ready`, 200);
    await fetch(`${url}/simulate_external_service_failure`, { method: 'POST' });
    await untilStatus(`${url}/ready`, 503);
    await fetch(`${url}/simulate_external_service_recovery`, { method: 'POST' });
    await untilStatus(`${url}/ready`, 200);
    const failed = await collector.until(
      ({ of, attributes }) => of === 'probity.check.duration' && attributes.outcome === 'failed',
    );
    expect(failed).toMatchObject({
      service: 'shop-under-test',
      attributes: { check: 'external_service', reason: 'unavailable', simulated: true },
    });
    program.kill('SIGTERM');
    expect(await program.exited).toBe(0);

    const logs = collector.received.filter(({ of }) => of === 'logs');
    expect(logs.map(({ record, attributes }) => [record.eventName, attributes.action ?? attributes.to])).toEqual([
      ['probity.transition', 'up'],
      ['probity.fault', 'set'],
      ['probity.transition', 'down'],
      ['probity.fault', 'cleared'],
      ['probity.transition', 'up'],
    ]);
    expect(logs[2]).toMatchObject({
      service: 'shop-under-test',
      attributes: { check: 'external_service', from: 'up', reason: 'unavailable', simulated: true },
      record: { severityNumber: 13, body: { stringValue: 'external_service is down' } },
    });
    const counted = collector.received.filter(
      ({ of, attributes }) => of === 'probity.check.transitions' && attributes.to === 'up',
    );
    expect(Number(counted.at(-1)?.record.asDouble ?? counted.at(-1)?.record.asInt)).toBe(2);
    collector.close();
    await external.dispose();
  });
});
