import { channel } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Reason } from '../../generated/contract/types.gen.ts';
import { type CheckDefinition, createProbity } from '../../src/index.ts';
import { scrape } from '../server/metrics/exposition.ts';
import { temporaryFolder } from '../servers/process.ts';
import { type LogLine, recordingLog } from '../support.ts';
import { fencesOf, tableOf } from './pages.ts';

const folder = temporaryFolder('readme');
afterAll(() => {
  vi.restoreAllMocks();
  folder.remove();
});

/** A check that has everything that a metric tells of. */
const canaried: CheckDefinition = {
  canary: '1ms',
  checker: {
    check: async () => {},
    fresh: async () => {},
    certificateExpiry: () => Date.UTC(2100),
    explain: () => 'unavailable',
  },
};

describe('the page on metrics, logs and events', () => {
  it('lists every metric, with its type, its labels and what it says', async () => {
    const checks = { database: () => Promise.reject(new Error('no')), cache: canaried };
    const probity = createProbity({ simulation: true, checks });
    const { port } = await probity.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${port}`;
    await fetch(`${url}/simulate_db_failure`, { method: 'POST' });
    const { metrics } = await vi.waitFor(async () => {
      const scraped = await scrape(url);
      expect(scraped.value('probity_check_canary_success', { check: 'cache' })).toBe(1);
      return scraped;
    });
    const expected = metrics.map(({ name, help, type, samples }) => {
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
      return [`\`${name}\``, type, [...labels].map((label) => `\`${label}\``).join(', '), help];
    });
    expect(tableOf('docs/metrics-and-logs.md', 'metric')).toEqual(expected);
    await probity.stop();
  });

  it('has an example for the events that does what it says', async () => {
    const [example] = fencesOf('js program');
    const file = join(folder.path, 'example.mjs');
    writeFileSync(file, example?.text ?? '');
    const said = vi.spyOn(console, 'log').mockImplementation(() => {});
    await import(/* @vite-ignore */ pathToFileURL(file).href);
    channel('probity:transition').publish({
      check: 'database',
      from: 'up',
      to: 'down',
      reason: 'refused',
      durationMs: 1,
    });
    channel('probity:transition').publish({ check: 'database', from: 'down', to: 'up', durationMs: 1_500 });
    expect(said.mock.calls).toEqual([['database is down: refused'], ['database was down for 1.5 s']]);
  });

  it('has lines of the log with the fields that lines have', async () => {
    const lines = (fencesOf('json log')[0]?.text ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { log, lines: logged } = recordingLog();
    const access = { tokens: [{ name: 'ann', token: 'a-token-of-ann-0123' }] };
    let reason: Reason = 'refused';
    const checker = { check: () => Promise.reject(new Error('no')), explain: () => reason };
    const checks = { database: { interval: '20ms' as const, checker } };
    const logs = (msg: string): Promise<LogLine> =>
      vi.waitFor(() => logged.find(({ message }) => message === msg) ?? Promise.reject(new Error(msg)));
    const probity = createProbity({ simulation: true, access, checks, log });
    const { port } = await probity.listen(0, '127.0.0.1');
    const headers = { authorization: `Bearer ${access.tokens[0]?.token}` };
    await logs('check changed');
    reason = 'auth';
    await logs('reason changed');
    await fetch(`http://127.0.0.1:${port}/simulate_db_failure`, { method: 'POST', headers });
    for (const { msg, level, time: _, ...fields } of lines) {
      const one = await logs(msg);
      expect([one.level, ...Object.keys(one.fields).toSorted()]).toEqual([level, ...Object.keys(fields).toSorted()]);
    }
    expect(lines).toHaveLength(3);
    await probity.stop();
  });
});
