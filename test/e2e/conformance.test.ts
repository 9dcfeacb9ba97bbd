import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startHttp } from '../servers/http.ts';
import { startPostgres } from '../servers/postgres.ts';
import { startService, untilStatus } from './service.ts';

const run = promisify(execFile);

it('answers every operation as the contract declares, as an independent reader of the contract judges', async () => {
  const database = await startPostgres();
  const external = await startHttp();
  const service = await startService({
    SIMULATION: 'true',
    DATABASE_URL: database.url,
    EXTERNAL_SERVICE_URL: external.url,
  });
  await untilStatus(`${service.url}/ready`, 200);
  const workflows = join(import.meta.dirname, 'conformance.arazzo.yaml');
  const { stdout } = await run('redocly', ['respect', workflows, '-S', `api=${service.url}`], {
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', NO_COLOR: '1' },
  });
  expect(stdout).toMatch(/Workflows: \d+ passed, \d+ total/);
  expect(stdout).toMatch(/Checks: \d+ passed, \d+ total/);
  expect(await service.stop()).toBe(0);
  await Promise.all([database.dispose(), external.dispose()]);
});
