import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { watchAcceptFailures } from '../../src/shutdown/accept-failures.ts';
import { environment } from '../environment.ts';
import { rawRequest } from '../server/raw.ts';
import { program } from '../servers/process.ts';
import { recordingLog } from '../support.ts';
import { programOf } from './program.ts';

const health = 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

it.each(['plain', 'isolated'])(
  'a port that is %s runs out of descriptors: one line, and afterwards all is well',
  {
    timeout: 60_000,
  },
  async (KIND) => {
    const script = join(import.meta.dirname, 'scenarios/ends.ts');
    const child = spawn(program('prlimit'), ['--nofile=64:64', process.execPath, script], {
      env: { ...environment, KIND },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = programOf(child);
    const port = await running.port('port');
    const clients = Array.from({ length: 100 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    const line = await running.said('connections cannot be accepted');
    expect(JSON.parse(line)).toMatchObject({ level: 'error', code: 'EMFILE' });
    // Several looks more, while there is none.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    for (const client of clients) client.destroy();
    await Promise.all(clients.map((client) => client.closed || once(client, 'close')));
    let status = 0;
    while (status !== 200)
      status = await rawRequest(port, health).then(
        ({ status }) => status || 0,
        () => 0,
      );
    running.kill('SIGTERM');
    expect(await running.exited).toBe(0);
    expect(running.lines.filter((one) => one.includes('connections cannot be accepted'))).toHaveLength(1);
  },
);

it('logs connections that cannot be accepted once a minute', () => {
  const { log, lines } = recordingLog();
  let now = 0;
  const { report, stop } = watchAcceptFailures(log, { ...systemClock, now: () => now });
  for (; now < 180_000; now += 500) report('ENFILE');
  stop();
  expect(lines.map(({ level, fields, message }) => [level, fields, message])).toEqual(
    Array(3).fill(['error', { code: 'ENFILE' }, 'connections cannot be accepted']),
  );
});
