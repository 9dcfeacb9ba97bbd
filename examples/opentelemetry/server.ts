/** A service whose checks are seen in OpenTelemetry. `SIMULATION=true` lets an outage be played through. */
import { createProbity, duration, http } from 'probity';
import { startTelemetry } from './telemetry.ts';

const {
  PORT = '8080',
  DRAIN_DELAY,
  OTEL_SERVICE_NAME = 'shop',
  OTEL_METRIC_EXPORT_INTERVAL = '60000',
  EXTERNAL_SERVICE_URL = 'https://payments.example.com/health',
  SIMULATION,
} = process.env;

const telemetry = startTelemetry(OTEL_SERVICE_NAME, Number(OTEL_METRIC_EXPORT_INTERVAL));
const probity = createProbity({
  checks: { external_service: http(EXTERNAL_SERVICE_URL) },
  simulation: SIMULATION === 'true',
  shutdown: { drainDelay: duration(DRAIN_DELAY, 'DRAIN_DELAY') },
});
probity.onShutdown(() => telemetry.shutdown());
const address = await probity.listen(Number(PORT), { host: '127.0.0.1' });
probity.manage();
console.log(`listening ${JSON.stringify(address)}`);
