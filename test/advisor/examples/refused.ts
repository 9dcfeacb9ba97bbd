import { compose, deployment, healthcheck, livenessProbe, readinessProbe, running, workload } from '../support.ts';
import { type Examples, job, withInit } from './example.ts';

const knative = (probe: object): string =>
  workload({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    spec: {
      template: { spec: { containers: [{ image: 'shop:1', readinessProbe: { timeoutSeconds: 2, ...probe } }] } },
    },
  });

export const refusedExamples: Examples = {
  'probe-handlers': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ exec: { command: ['./alive.sh'] } })),
        at: 'livenessProbe:',
        found: 'livenessProbe has httpGet and exec',
        expected: 'one handler',
      },
      {
        manifest: deployment(readinessProbe({ httpGet: undefined })),
        at: 'readinessProbe:',
        found: 'readinessProbe has no handler',
        expected: 'one handler',
      },
    ],
    silent: [
      { because: 'one will do', manifest: deployment(readinessProbe(running('./ready.sh'))) },
      { because: 'Knative fills it in', manifest: knative({}) },
    ],
  },
  'probe-port': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health' } })),
        at: 'httpGet:',
        found: 'livenessProbe no port',
        expected: 'a number, or a name',
      },
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 80_000 } }), {}).replace(
          '8000\n',
          '8000\n',
        ),
        settings: { port: 80_000 as never },
        at: '80000',
        found: 'livenessProbe port 80000',
        expected: 'a number, or a name',
      },
      {
        manifest: job({ livenessProbe: { timeoutSeconds: 2, tcpSocket: { port: '8000' } } }).replace(
          'name: app',
          'name: one',
        ),
        at: '"8000"',
        found: 'livenessProbe port "8000", a text',
        expected: 'a number, or a name',
      },
    ],
    silent: [
      { because: 'a name will do', manifest: deployment() },
      { because: 'Knative fills it in', manifest: knative({ httpGet: { path: '/ready', port: 0 } }) },
    ],
  },
  'init-probe': {
    drawn: [
      {
        manifest: withInit({ livenessProbe: { httpGet: { path: '/health', port: 8000 } } }),
        at: 'livenessProbe:',
        found: 'livenessProbe of an init container',
        expected: 'none',
      },
    ],
    silent: [
      { because: 'it ends by itself', manifest: withInit({ command: ['npm', 'run', 'migrate'] }) },
      {
        because: 'it is a sidecar',
        manifest: withInit({
          restartPolicy: 'Always',
          livenessProbe: { httpGet: { path: '/health', port: 9000 }, timeoutSeconds: 2, failureThreshold: 3 },
        }),
      },
    ],
  },
  'key-misspelt': {
    drawn: [
      {
        manifest: deployment({ readynessProbe: {} }),
        at: 'readynessProbe:',
        found: '`readynessProbe`',
        expected: '`readinessProbe`',
      },
      {
        manifest: deployment(livenessProbe({ timeoutSecond: 5 })),
        at: '5',
        found: '`timeoutSecond`',
        expected: '`timeoutSeconds`',
      },
      {
        manifest: compose(healthcheck({ start_periode: '30s' })),
        at: '30s',
        found: '`start_periode`',
        expected: '`start_period`',
      },
    ],
    silent: [{ because: 'other keys are other things', manifest: deployment({ resizePolicy: [], volumeMounts: [] }) }],
  },
  'value-refused': {
    drawn: [
      {
        manifest: compose({ stop_grace_period: 30 }),
        at: '30',
        found: 'stop_grace_period 30',
        expected: 'a duration with its unit, such as 30s',
      },
      {
        manifest: deployment(livenessProbe({ periodSeconds: '10s' })),
        at: '10s',
        found: 'periodSeconds "10s"',
        expected: 'a whole number of seconds',
      },
      {
        manifest: deployment(livenessProbe({ failureThreshold: -1 })),
        at: '-1',
        found: 'failureThreshold -1',
        expected: 'a whole number',
      },
    ],
    silent: [{ because: 'that is one', manifest: compose({ stop_grace_period: '1m30s' }) }],
  },
  'healthcheck-form': {
    drawn: [
      {
        manifest: compose(healthcheck({ test: ['curl', '-f', 'http://127.0.0.1:8000/ready'] })),
        at: 'curl',
        found: 'test begins with curl',
        expected: 'CMD, CMD-SHELL or NONE',
      },
    ],
    silent: [
      {
        because: 'a line is for the shell',
        manifest: compose(healthcheck({ test: 'curl -f http://127.0.0.1:8000/ready' })),
      },
    ],
  },
  'readiness-grace': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ terminationGracePeriodSeconds: 20 })),
        at: '20',
        found: 'readinessProbe terminationGracePeriodSeconds 20 s',
        expected: 'none',
      },
      {
        manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: 0 })),
        at: '0',
        found: 'livenessProbe terminationGracePeriodSeconds 0 s',
        expected: '1 s or more',
      },
    ],
    silent: [
      {
        because: 'liveness ends something',
        manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: 20 })),
      },
    ],
  },
};
