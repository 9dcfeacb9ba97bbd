import { describe, expect, it } from 'vitest';
import type { Report } from '../../../generated/contract/types.gen.ts';
import { describeReport, lasting } from '../../../src/cli/support/report.ts';

describe('a time span', () => {
  it.each([
    [-50, '0s'],
    [999, '0s'],
    [59_999, '59s'],
    [60_000, '1m 0s'],
    [192_000, '3m 12s'],
    [3_600_000, '1h 0m'],
    [86_399_000, '23h 59m'],
    [86_400_000 * 12 + 3_600_000 * 5, '12d 5h'],
  ])('of %d ms is %s', (ms, text) => {
    expect(lasting(ms)).toBe(text);
  });
});

const now = Date.parse('2026-11-21T12:00:00.000Z');
const report: Report = {
  lifecycle: 'draining',
  live: false,
  ready: false,
  degraded: true,
  checks: [
    {
      check: 'cache',
      label: 'Cache',
      status: 'up',
      reason: 'overloaded',
      requiredFor: 'nothing',
      simulated: false,
      fault: { kind: 'flap', until: '2026-11-21T12:05:00.000Z', by: 'ann' },
      since: '2026-11-21T11:58:00.000Z',
      lastRun: { at: '2026-11-21T11:59:58.000Z', durationMs: 3.25, outcome: 'busy' },
    },
  ],
  process: { uptimeSeconds: 7_384, rssBytes: 64 * 2 ** 20, heapUsedBytes: 1, eventLoopDelayMs: 11.7 },
  faults: [{ check: 'liveness', fault: { kind: 'outage' }, until: '2026-11-21T12:01:00.000Z' }],
  fleet: { reachable: false },
};

describe('a report', () => {
  it('tells all that is not well', () => {
    expect(describeReport('http://a', report, now).split('\n')).toEqual([
      'http://a  not ready, draining, not alive  (up 2h 3m, 64 MB, event loop delay 12 ms, fleet out of reach, ' +
        'liveness: outage until 2026-11-21T12:01:00.000Z)',
      '',
      'CHECK  STATUS  REASON      REQUIRED FOR  FOR    LAST RUN        SIMULATED',
      'cache  up      overloaded  nothing       2m 0s  3.3 ms, 2s ago  flap until 2026-11-21T12:05:00.000Z by ann',
    ]);
  });

  it('has no table without checks', () => {
    expect(describeReport('http://a', { ...report, checks: [] }, now)).not.toContain('\n');
  });
});
