import { compose, deployment, healthcheck, livenessProbe, readinessProbe, startupProbe } from '../support.ts';
import { checks, curl, type Examples } from './example.ts';

export const timingExamples: Examples = {
  'liveness-impatient': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ periodSeconds: 3, timeoutSeconds: 2 })),
        at: '3',
        found: 'livenessProbe gives up after 8 s of silence',
        expected: 'more than maxEventLoopDelay, 10 s',
      },
      {
        manifest: deployment(),
        settings: { maxEventLoopDelay: '25s' },
        at: '3',
        found: 'livenessProbe gives up after 25 s of silence',
        expected: 'more than maxEventLoopDelay, 25 s',
      },
    ],
    silent: [
      {
        because: 'the stall that is allowed is shorter',
        manifest: deployment(livenessProbe({ periodSeconds: 3, timeoutSeconds: 2 })),
        settings: { maxEventLoopDelay: '2s' },
      },
      { because: 'it is a hair longer', manifest: deployment(), settings: { maxEventLoopDelay: '24.9s' } },
    ],
  },
  'timeout-tight': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ timeoutSeconds: 1 })),
        at: '1',
        found: 'livenessProbe timeoutSeconds 1 s',
        expected: '2 s or more',
      },
      {
        manifest: deployment(readinessProbe({ timeoutSeconds: undefined })),
        at: 'readinessProbe:',
        found: 'readinessProbe timeoutSeconds 1 s by default',
        expected: '2 s or more',
      },
      {
        manifest: compose(healthcheck({ timeout: '1500ms', test: curl('-f') })),
        at: '1500ms',
        found: 'healthcheck timeout 1.5 s',
        expected: '2 s or more',
      },
    ],
    silent: [
      { because: 'the next attempt is near at the start', manifest: deployment(startupProbe({ timeoutSeconds: 1 })) },
      { because: 'Docker waits for 30 s by default', manifest: compose(healthcheck({ timeout: undefined })) },
    ],
  },
  'single-failure': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ failureThreshold: 1, timeoutSeconds: 10 })),
        settings: { maxEventLoopDelay: '5s' },
        at: '1',
        found: 'livenessProbe failureThreshold 1',
        expected: '2 or more',
      },
      {
        manifest: compose(healthcheck({ retries: 1 })),
        at: '1',
        found: 'healthcheck retries 1',
        expected: '2 or more',
      },
    ],
    silent: [
      { because: 'readiness comes back by itself', manifest: deployment(readinessProbe({ failureThreshold: 1 })) },
    ],
  },
  'period-under-interval': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ periodSeconds: 2 })),
        settings: { checks },
        at: '2',
        found: 'readinessProbe periodSeconds 2 s',
        expected: '5 s or more',
      },
      {
        manifest: compose(healthcheck({ interval: '1s' })),
        settings: { checks },
        at: '1s',
        found: 'healthcheck interval 1 s',
        expected: '5 s or more',
      },
    ],
    silent: [
      { because: 'nothing is checked', manifest: deployment(readinessProbe({ periodSeconds: 2 })) },
      {
        because: 'a recovery is seen within a second, whatever the interval',
        manifest: deployment(readinessProbe({ periodSeconds: 10 })),
        settings: { checks: { database: { kind: 'postgres', url: 'postgres://db/app', interval: '5m' } } },
      },
      {
        because: 'readiness does not depend on that check',
        manifest: deployment(readinessProbe({ periodSeconds: 2 })),
        settings: { checks: { database: { kind: 'postgres', url: 'postgres://db/app', requiredFor: 'nothing' } } },
      },
    ],
  },
  'period-under-timeout': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ periodSeconds: 5, timeoutSeconds: 6 })),
        at: '5',
        found: 'readinessProbe periodSeconds 5 s with timeoutSeconds 6 s',
        expected: '6 s or more',
      },
    ],
    silent: [
      {
        because: 'they may be the same',
        manifest: deployment(readinessProbe({ periodSeconds: 5, timeoutSeconds: 5 })),
      },
      {
        because: 'Docker counts the interval from the end of a check',
        manifest: compose(healthcheck({ interval: '5s', timeout: '10s' })),
      },
    ],
  },
  'readiness-slow': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ periodSeconds: 30, failureThreshold: 3 })),
        at: '30',
        found: 'readinessProbe takes up to 92 s to notice (periodSeconds 30 s, failureThreshold 3)',
        expected: '60 s or less',
      },
    ],
    silent: [
      {
        because: 'a minute is the limit',
        manifest: deployment(readinessProbe({ periodSeconds: 29, failureThreshold: 2 })),
      },
    ],
  },
  'success-threshold': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ successThreshold: 2 })),
        at: '2',
        found: 'livenessProbe successThreshold 2',
        expected: '1',
      },
      {
        manifest: deployment(startupProbe({ successThreshold: 3 })),
        at: '3',
        found: 'startupProbe successThreshold 3',
        expected: '1',
      },
    ],
    silent: [{ because: 'readiness may have more', manifest: deployment(readinessProbe({ successThreshold: 2 })) }],
  },
};
