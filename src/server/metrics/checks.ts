import { type CheckInSnapshot, isDegraded } from '../../health/snapshot.ts';
import type { Monitor } from '../../monitor/monitor.ts';
import type { RunCounts } from '../../monitor/run-counts.ts';
import { counter, type Family, gauge, histogram, type Sample } from './family.ts';

export interface CheckMetricsOptions {
  readonly monitor: Monitor;
  readonly runCounts: RunCounts;
}

export const checkFamilies = (options: CheckMetricsOptions): Family[] => [
  ...stateOf(options),
  ...outlookOf(options),
  ...historyOf(options),
];

/** @param read gives nothing where there is nothing to tell yet */
function ofEach(
  { monitor }: CheckMetricsOptions,
  read: (check: CheckInSnapshot) => number | undefined,
): () => Sample[] {
  return () =>
    monitor.snapshot().checks.flatMap((check) => {
      const value = read(check);
      return value === undefined ? [] : [{ labels: { check: check.name }, value }];
    });
}

/** How the checks are. */
function stateOf(options: CheckMetricsOptions): Family[] {
  const reasons = (): Sample[] =>
    options.monitor
      .snapshot()
      .checks.flatMap(({ name, state: { reason } }) =>
        reason === undefined ? [] : [{ labels: { check: name, reason }, value: 1 }],
      );
  return [
    gauge(
      'probity_check_up',
      'Whether the check is up (1) or not (0).',
      ['check'],
      ofEach(options, ({ state }) => Number(state.status === 'up')),
    ),
    gauge(
      'probity_check_degraded',
      'Whether the check is not up, or is up but not well (1).',
      ['check'],
      ofEach(options, (check) => Number(isDegraded([check]))),
    ),
    gauge(
      'probity_check_reason',
      'Why the check is not up, or is up but not well (1); absent while it is well.',
      ['check', 'reason'],
      reasons,
    ),
  ];
}

/** What there is to know of the latest result, and of the connections to come. */
function outlookOf(options: CheckMetricsOptions): Family[] {
  return [
    gauge(
      'probity_check_simulated',
      'Whether the latest result of the check came from a fault on purpose (1) or not (0).',
      ['check'],
      ofEach(options, ({ state }) => Number(state.last?.simulated ?? false)),
    ),
    gauge(
      'probity_check_last_result_age_seconds',
      'How long ago the latest run of the check ended.',
      ['check'],
      // Not a timestamp: this one is true whatever the clocks of this machine and of Prometheus say.
      ofEach(options, ({ state }) => state.last && (performance.now() - state.last.at) / 1_000),
    ),
    gauge(
      'probity_check_canary_success',
      'Whether the latest fresh connection worked (1) or not (0), where one is tried now and then.',
      ['check'],
      ofEach(options, ({ state }) => state.canary && Number(state.canary.kind === 'ok')),
    ),
    gauge(
      'probity_check_certificate_expiry_timestamp_seconds',
      "When the server's certificate expires, as the latest handshake has shown, in seconds since 1970.",
      ['check'],
      ofEach(options, ({ state: { certificateExpiry } }) => certificateExpiry && certificateExpiry / 1_000),
    ),
  ];
}

/** What has become of them since the start. */
function historyOf({ monitor, runCounts }: CheckMetricsOptions): Family[] {
  const names = (): readonly string[] => monitor.snapshot().checks.map(({ name }) => name);
  return [
    histogram('probity_check_duration_seconds', 'How long the runs of the check took.', ['check'], () =>
      names().map((check) => ({ labels: { check }, distribution: runCounts.of(check).durations })),
    ),
    counter(
      'probity_check_failures_total',
      'Runs of the check that did not end well, by reason, whether or not its status changed.',
      ['check', 'reason'],
      () =>
        names().flatMap((check) =>
          [...runCounts.of(check).failures].map(([reason, value]) => ({ labels: { check, reason }, value })),
        ),
    ),
    counter('probity_check_transitions_total', 'How often the check became up or down.', ['check', 'to'], () =>
      names().flatMap((check) =>
        Object.entries(runCounts.of(check).transitions).map(([to, value]) => ({ labels: { check, to }, value })),
      ),
    ),
  ];
}
