/**
 * The service with dependencies of its own: an embedded PostgreSQL, spoken to over the real wire protocol, and an
 * embedded HTTP service. Where DATABASE_URL or EXTERNAL_SERVICE_URL is set, that one is watched, and so is what the variable
 * of another kind names.
 */

import { isLoopback } from '../../src/base/loopback.ts';
import { serve } from '../../src/cli/commands/serve.ts';
import { startDatabase } from './database.ts';
import { startExternalService } from './external-service.ts';

interface Embedded {
  readonly url: string;
  stop(): Promise<void>;
}

const { HOST, DATABASE_URL, EXTERNAL_SERVICE_URL } = process.env;
const given = (url: string): Embedded => ({ url, stop: async () => {} });
const database = DATABASE_URL ? given(DATABASE_URL) : await startDatabase();
const externalService = EXTERNAL_SERVICE_URL ? given(EXTERNAL_SERVICE_URL) : await startExternalService();

const code = await serve({
  // Whoever lets others reach the demo does not get failures that others can set.
  // Nobody routes traffic here that would have to go elsewhere first.
  env: {
    DRAIN_DELAY: '100ms',
    SIMULATION: String(isLoopback(HOST || '127.0.0.1')),
    ...process.env,
    DATABASE_URL: database.url,
    EXTERNAL_SERVICE_URL: externalService.url,
  },
  onListening: tellWhatToTry,
});
await Promise.all([database.stop(), externalService.stop()]);
process.exit(code);

function tellWhatToTry(url: string): void {
  console.log(`
Probity answers on ${url}

  curl -i ${url}/health                         is the process alive?
  curl -i ${url}/ready                          can it take traffic?
  curl -i -X POST ${url}/simulate_db_failure    let the database fail, and ask again
  curl -i -X POST ${url}/simulate_db_recovery
  curl -s ${url}/checks                         every check in detail

  ${url}/                                       the state as a page
  ${url}/docs                                   the contract as a page, to read and try

Ctrl-C ends everything that was started.
`);
}
