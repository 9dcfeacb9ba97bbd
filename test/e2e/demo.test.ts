import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { startDatabase } from '../../examples/demo/database.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { environment } from '../environment.ts';
import { untilStatus } from './service.ts';

it('the demo runs on embedded dependencies, lets them fail and recover, and ends everything it started', async () => {
  const root = join(import.meta.dirname, '../..');
  const demo = spawn(process.execPath, ['examples/demo/run.ts'], {
    cwd: root,
    env: { ...environment, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(demo, 'exit');
  const lines = createInterface({ input: demo.stdout });
  const url = await new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const [, found] = /^Probity answers on (\S+)$/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  await untilStatus(`${url}/ready`, 200);
  const simulate = async (what: string): Promise<unknown> =>
    (await fetch(`${url}/simulate_${what}`, { method: 'POST' })).json();

  expect(await simulate('db_failure')).toEqual({ message: 'Database connection simulated as failed' });
  expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ detail: 'Database not available' });
  expect(await simulate('external_service_failure')).toEqual({ message: 'External service simulated as unavailable' });
  expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({
    detail: 'Database not available; External service not available',
  });
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(await simulate('db_recovery')).toEqual({ message: 'Database connection simulated as recovered' });
  expect(await simulate('external_service_recovery')).toEqual({ message: 'External service simulated as available' });
  expect(await (await fetch(`${url}/ready`)).json()).toEqual({ status: 'ready' });

  demo.kill('SIGINT');
  expect(await exited).toEqual([0, null]);
});

it('its database lets a canary in beside the connection of the check', async () => {
  const database = await startDatabase();
  const { checker } = postgres(database.url);
  const deadline = (): AbortSignal => AbortSignal.timeout(10_000);
  await checker.check(deadline());
  await checker.fresh?.(deadline());
  await checker.check(deadline());
  await checker.close?.();
  await database.stop();
});
