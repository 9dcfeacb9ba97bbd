import { compose, deployment, healthcheck, livenessProbe, readinessProbe, startupProbe } from '../support.ts';
import { asking, type Examples, shared } from './example.ts';

export const startExamples: Examples = {
  'startup-budget': {
    drawn: [
      {
        manifest: deployment(startupProbe({ failureThreshold: 5 })),
        at: '5',
        found: 'startupProbe gives up after 8 s',
        expected: '10 s or more',
      },
      {
        // 10 s to boot, and 5 s + 1.2 s + 3 × 5.02 s.
        manifest: deployment(startupProbe({ failureThreshold: 16 })),
        settings: { checks: shared },
        at: '16',
        found: 'startupProbe gives up after 30 s',
        expected: '31.26 s or more',
      },
    ],
    silent: [
      {
        because: 'the start has time',
        manifest: deployment(startupProbe({ failureThreshold: 17 })),
        settings: { checks: shared },
      },
      {
        because: 'the delay counts',
        manifest: deployment(startupProbe({ initialDelaySeconds: 2 })),
        settings: { checks: shared },
      },
      {
        because: 'liveness waits for no check',
        manifest: deployment(startupProbe({ ...asking('/health'), failureThreshold: 6 })),
        settings: { checks: shared },
      },
    ],
  },
  'liveness-before-boot': {
    drawn: [
      {
        manifest: deployment({
          startupProbe: undefined,
          ...livenessProbe({ periodSeconds: 4, timeoutSeconds: 4, failureThreshold: 3 }),
        }),
        at: 'livenessProbe:',
        found: 'livenessProbe gives up 8 s after the start',
        expected: 'a startupProbe',
      },
    ],
    silent: [
      {
        because: 'the startup probe is waited for',
        manifest: deployment(livenessProbe({ periodSeconds: 4, timeoutSeconds: 4, failureThreshold: 3 })),
      },
      { because: '20 s will do', manifest: deployment({ startupProbe: undefined }) },
    ],
  },
  'start-period-short': {
    drawn: [
      {
        manifest: compose(healthcheck({ start_period: '5s' })),
        settings: { checks: shared },
        at: '5s',
        found: 'unhealthy 25 s after the start, start_period is 5 s',
        expected: '31.26 s or more',
      },
    ],
    silent: [
      { because: 'the retries cover the boot', manifest: compose(healthcheck({ start_period: undefined })) },
      {
        because: 'the first check comes after an interval',
        manifest: compose(healthcheck({ start_period: undefined, interval: '4s' })),
      },
      {
        because: 'liveness waits for no check',
        manifest: compose(
          healthcheck({
            start_period: '5s',
            test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/health'],
          }),
        ),
        settings: { checks: shared },
      },
    ],
  },
  'initial-delay': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ initialDelaySeconds: 15 })),
        at: '15',
        found: 'livenessProbe initialDelaySeconds 15 s',
        expected: 'none, as the startupProbe is waited for',
      },
      {
        manifest: deployment({ startupProbe: undefined, ...readinessProbe({ initialDelaySeconds: 5 }) }),
        at: '5',
        found: 'readinessProbe initialDelaySeconds 5 s',
        expected: 'a startupProbe in its place',
      },
    ],
    silent: [
      { because: 'nothing is waited', manifest: deployment(livenessProbe({ initialDelaySeconds: 0 })) },
      {
        because: 'the start has a budget, of which this is a part',
        manifest: deployment(startupProbe({ initialDelaySeconds: 1 })),
      },
    ],
  },
};
