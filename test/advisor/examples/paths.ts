import { compose, deployment, healthcheck, livenessProbe, readinessProbe, running, startupProbe } from '../support.ts';
import { asking, type Examples } from './example.ts';

export const pathsExamples: Examples = {
  'path-unknown': {
    drawn: [
      {
        manifest: deployment(readinessProbe(asking('/raedy'))),
        at: '/raedy',
        found: 'readinessProbe asks /raedy',
        expected: '/ready',
      },
      {
        manifest: deployment(livenessProbe(asking('/status'))),
        at: '/status',
        found: 'livenessProbe asks /status',
        expected: '/health or /internal/alive',
      },
      {
        manifest: compose(healthcheck({ test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/healthz'] })),
        at: 'test:',
        found: 'healthcheck asks /healthz',
        expected: '/health',
      },
    ],
    silent: [
      { because: 'a query is tolerated', manifest: deployment(readinessProbe(asking('/ready?from=kubelet'))) },
      { because: 'the kubelet adds the slash', manifest: deployment(readinessProbe(asking('internal/ready'))) },
    ],
  },
  'path-no-probe': {
    drawn: [
      {
        manifest: deployment(livenessProbe(asking('/metrics'))),
        at: '/metrics',
        found: 'livenessProbe asks /metrics',
        expected: '/health or /internal/alive',
      },
      {
        manifest: deployment(readinessProbe(asking('/checks/database'))),
        at: '/checks/database',
        found: 'readinessProbe asks /checks/database',
        expected: '/ready or /internal/ready',
      },
    ],
    silent: [{ because: 'it is a probe', manifest: deployment(livenessProbe(asking('/internal/alive'))) }],
  },
  'liveness-asks-dependencies': {
    drawn: [
      {
        manifest: deployment(livenessProbe(asking('/ready'))),
        at: '/ready',
        found: 'livenessProbe asks /ready (x-probe: readiness)',
        expected: '/health or /internal/alive',
      },
      {
        manifest: deployment(livenessProbe(asking('/startup'))),
        at: '/startup',
        found: 'livenessProbe asks /startup (x-probe: startup)',
        expected: '/health or /internal/alive',
      },
      {
        manifest: deployment(livenessProbe(running('probity', 'check'))),
        at: 'command:',
        found: 'livenessProbe asks /ready (x-probe: readiness)',
        expected: '/health or /internal/alive',
      },
    ],
    silent: [
      {
        because: 'the command asks liveness',
        manifest: deployment(livenessProbe(running('probity', 'check', 'http://127.0.0.1:8000/health'))),
      },
    ],
  },
  'readiness-asks-no-check': {
    drawn: [
      {
        manifest: deployment(readinessProbe(asking('/health'))),
        at: '/health',
        found: 'readinessProbe asks /health (x-probe: liveness)',
        expected: '/ready or /internal/ready',
      },
    ],
    silent: [
      {
        because: 'Docker restarts nothing, so a health check may ask liveness',
        manifest: compose(healthcheck({ test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/health'] })),
      },
    ],
  },
  'startup-asks-readiness': {
    drawn: [
      {
        manifest: deployment(startupProbe(asking('/ready'))),
        at: '/ready',
        found: 'startupProbe asks /ready (x-probe: readiness)',
        expected: '/startup',
      },
    ],
    silent: [{ because: 'it waits for the boot alone', manifest: deployment(startupProbe(asking('/health'))) }],
  },
};
