import { channel } from 'node:diagnostics_channel';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { Reason as AnyReason } from '../generated/contract/types.gen.ts';
import { isBusy } from '../src/health/check-state.ts';
import type { CheckDefinition } from '../src/health/checker.ts';
import { createProbity } from '../src/service/probity.ts';
import { scrape } from './server/metrics/exposition.ts';
import { temporaryFolder } from './servers/process.ts';

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
const contract = parse(readFileSync(join(import.meta.dirname, '../openapi/probity.yaml'), 'utf8'));
const { Reason } = contract.components.schemas as { Reason: { enum: readonly AnyReason[] } };
const section = readme.split('\n## ').find((part) => part.startsWith('Metrics, logs and events')) ?? '';
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

describe("the README's section on states", () => {
  it('has a row for each reason, in the order of the contract, with what it counts as', () => {
    const table = readme.split('\n\n').find((part) => part.startsWith('| reason |')) ?? '';
    const rows = table.matchAll(/^\| `([a-z_]+)` \| ([a-z ]+) \| \S.+ \|$/gm);
    const notRun = ['pending', 'stale'];
    expect([...rows].map(([, reason, counts]) => [reason, counts])).toEqual(
      Reason.enum.map((reason) => {
        if (notRun.includes(reason)) return [reason, 'not ready'];
        if (reason === 'certificate_expiring') return [reason, 'degraded'];
        return [reason, isBusy(reason) ? 'busy' : 'failure'];
      }),
    );
  });
});

describe("the README's section on metrics, logs and events", () => {
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
    const rows = section.split('\n').filter((line) => line.startsWith('| `probity_'));
    const expected = metrics.map(({ name, help, type, samples }) => {
      const labels = new Set(samples.flatMap((sample) => Object.keys(sample.labels)).filter((label) => label !== 'le'));
      return `| \`${name}\` | ${type} | ${[...labels].map((label) => `\`${label}\``).join(', ')} | ${help} |`;
    });
    expect(rows.map((row) => row.replace('| | ', '|  | '))).toEqual(expected);
    await probity.stop();
  });

  it('has an example for the events that does what it says', async () => {
    const code = /```js\n(.*?)```/s.exec(section)?.[1] ?? '';
    const file = join(folder.path, 'example.mjs');
    writeFileSync(file, code);
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
});
