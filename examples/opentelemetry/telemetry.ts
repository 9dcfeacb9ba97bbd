/**
 * What Probity publishes, sent by OTLP over HTTP: metrics of the runs, and a log record for each transition and each
 * fault. Where to is said by OTEL_EXPORTER_OTLP_ENDPOINT, http://localhost:4318 when left out.
 */
import { type ChannelListener, subscribe } from 'node:diagnostics_channel';
import { SeverityNumber } from '@opentelemetry/api';
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { ProbityEvents } from 'probity';

export interface Telemetry {
  /** Sends what has not been sent yet. */
  shutdown(): Promise<void>;
}

/** Call it before Probity starts, or the first runs are missed. */
export function startTelemetry(serviceName: string, exportIntervalMillis: number): Telemetry {
  const resource = resourceFromAttributes({ 'service.name': serviceName });
  const reader = new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter(), exportIntervalMillis });
  const meters = new MeterProvider({ resource, readers: [reader] });
  const processor = new BatchLogRecordProcessor({ exporter: new OTLPLogExporter() });
  const loggers = new LoggerProvider({ resource, processors: [processor] });

  const meter = meters.getMeter('probity');
  const durations = meter.createHistogram('probity.check.duration', {
    unit: 's',
    description: 'How long the runs of a check took.',
    advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] },
  });
  const transitions = meter.createCounter('probity.check.transitions', { unit: '{transition}' });
  const logger = loggers.getLogger('probity');

  on('probity:check', ({ check, outcome, reason, simulated, durationMs }) => {
    durations.record(durationMs / 1_000, { check, outcome, simulated, ...(reason && { reason }) });
  });
  on('probity:transition', ({ at, durationMs, ...event }) => {
    transitions.add(1, { check: event.check, to: event.to });
    logger.emit({
      eventName: 'probity.transition',
      timestamp: at,
      severityNumber: event.to === 'up' ? SeverityNumber.INFO : SeverityNumber.WARN,
      body: `${event.check} is ${event.to}`,
      attributes: { ...event, 'previous.duration': durationMs / 1_000 },
    });
  });
  on('probity:fault', ({ at, until: _, ...event }) => {
    logger.emit({
      eventName: 'probity.fault',
      timestamp: at,
      severityNumber: SeverityNumber.WARN,
      body: `simulated ${event.kind} of ${event.check} ${event.action}`,
      attributes: { ...event },
    });
  });
  return {
    async shutdown() {
      await Promise.allSettled([meters.shutdown(), loggers.shutdown()]);
    },
  };
}

/** What a subscriber throws would become an uncaught exception of the process: telemetry is not worth that. */
function on<Name extends keyof ProbityEvents>(name: Name, take: (event: ProbityEvents[Name]) => void): void {
  const listener: ChannelListener = (event) => {
    try {
      take(event as ProbityEvents[Name]);
    } catch (error) {
      console.error(`${name}: ${error}`);
    }
  };
  subscribe(name, listener);
}
