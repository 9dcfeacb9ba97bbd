import type { Settings } from '../../src/config/settings.ts';
import {
  compose,
  deployment,
  fitting,
  healthcheck,
  type Json,
  livenessProbe,
  readinessProbe,
  running,
  startupProbe,
  workload,
} from './support.ts';

export interface Drawn {
  readonly manifest: string;
  readonly settings?: Partial<Settings>;
  /** What stands where the finding points at begins so. */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
}

export interface Silent {
  readonly because: string;
  readonly manifest: string;
  readonly settings?: Partial<Settings>;
}

const checks: Settings['checks'] = { database: { kind: 'postgres', url: 'postgres://db/app' } };
const shared: Settings['checks'] = {
  shared: { kind: 'http', url: 'http://shared/', requiredFor: 'startup', timeout: '5s', recoverAfter: 3 },
};
const asking = (path: string): Json => ({ httpGet: { path, port: 'http' } });
const sidecar = {
  name: 'probity',
  image: 'probity:0.1.0',
  restartPolicy: 'Always',
  ports: [{ name: 'probity', containerPort: 8000 }],
  readinessProbe: { httpGet: { path: '/ready', port: 'probity' }, timeoutSeconds: 2 },
};
const beside = (container: Json, pod: Json = {}): string =>
  workload({
    kind: 'Deployment',
    spec: {
      template: { spec: { ...pod, initContainers: [sidecar], containers: [{ name: 'program', ...container }] } },
    },
  });
const liveThroughSidecar = (port: string | number): Json => ({
  livenessProbe: { httpGet: { path: '/health', port }, timeoutSeconds: 2 },
});
const job = (container: Json): string =>
  workload({ kind: 'Job', spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } } });
const curl = (...flags: string[]): string[] => ['CMD', 'curl', ...flags, 'http://localhost:8000/ready'];
const secret = { valueFrom: { secretKeyRef: { name: 'shop', key: 'value' } } };

/** What draws each rule, and what looks like it and does not. */
export const examples: Readonly<
  Record<string, { readonly drawn: readonly Drawn[]; readonly silent: readonly Silent[] }>
> = {
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
  'readiness-missing': {
    drawn: [
      {
        manifest: deployment({ readinessProbe: undefined }),
        at: 'name: app',
        found: 'no readinessProbe',
        expected: 'one that asks /ready',
      },
    ],
    silent: [
      { because: 'nobody sends traffic to a Job', manifest: job({ ports: fitting.ports }) },
      { because: 'the sidecar carries it', manifest: beside(liveThroughSidecar(8000)) },
    ],
  },
  'liveness-missing': {
    drawn: [
      {
        manifest: deployment({ livenessProbe: undefined }),
        at: 'name: app',
        found: 'no livenessProbe',
        expected: 'one that asks /health',
      },
    ],
    silent: [{ because: 'the application carries it', manifest: beside(liveThroughSidecar(8000)) }],
  },
  'healthcheck-missing': {
    drawn: [
      {
        manifest: compose({ healthcheck: undefined }),
        at: 'app:',
        found: 'no healthcheck',
        expected: 'one that runs `probity check`',
      },
    ],
    silent: [
      { because: "Probity's image brings one", manifest: compose({ image: 'probity:0.1.0', healthcheck: undefined }) },
    ],
  },
  'healthcheck-disabled': {
    drawn: [
      {
        manifest: compose({ healthcheck: { disable: true } }),
        at: 'healthcheck:',
        found: 'healthcheck switched off',
        expected: 'one that runs `probity check`',
      },
      {
        manifest: compose({ healthcheck: { test: ['NONE'] } }),
        at: 'healthcheck:',
        found: 'healthcheck switched off',
        expected: 'one that runs `probity check`',
      },
    ],
    silent: [{ because: 'it is on', manifest: compose(healthcheck({ disable: false })) }],
  },
  'depends-on-health': {
    drawn: [
      {
        manifest: compose({ depends_on: ['db'] }, { db: { healthcheck: { test: ['CMD', 'pg_isready'] } } }),
        at: 'db',
        found: 'app depends_on db',
        expected: 'db: {condition: service_healthy}',
      },
      {
        manifest: compose({}, { web: { image: 'web', depends_on: { app: {} } } }),
        at: 'app:',
        found: 'web depends_on app',
        expected: 'app: {condition: service_healthy}',
      },
    ],
    silent: [
      {
        because: 'the other one has no health check',
        manifest: compose({ depends_on: ['db'] }, { db: { image: 'db' } }),
      },
      {
        because: 'it is said on purpose',
        manifest: compose(
          { depends_on: { db: { condition: 'service_started' } } },
          { db: { healthcheck: { test: ['CMD', 'pg_isready'] } } },
        ),
      },
      {
        because: 'it lies between two others',
        manifest: compose(
          {},
          { web: { image: 'web', depends_on: ['db'] }, db: { healthcheck: { test: ['CMD', 'pg_isready'] } } },
        ),
      },
    ],
  },
  'port-undeclared': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ httpGet: { path: '/ready', port: 'web' } })),
        at: 'web',
        found: 'readinessProbe port web',
        expected: 'http',
      },
      {
        manifest: beside(liveThroughSidecar('probity')),
        at: 'probity',
        found: 'livenessProbe port probity',
        expected: 'a number, as no port has a name',
      },
    ],
    silent: [{ because: 'the number needs no name', manifest: beside(liveThroughSidecar(8000)) }],
  },
  'port-wrong': {
    drawn: [
      {
        manifest: deployment(readinessProbe({ httpGet: { path: '/ready', port: 8080 } })),
        at: '8080',
        found: 'readinessProbe port 8080',
        expected: '8000',
      },
      {
        manifest: deployment({
          image: 'probity:0.1.0',
          ports: [{ name: 'http', containerPort: 8000 }, { containerPort: 9090 }],
          ...readinessProbe({ httpGet: { path: '/ready', port: 9090 } }),
        }),
        settings: { management: { port: 9000 } },
        at: '9090',
        found: 'readinessProbe port 9090',
        expected: '8000 or 9000',
      },
      {
        manifest: compose(healthcheck({ test: ['CMD', 'curl', '-f', 'http://localhost:8080/ready'] })),
        at: 'test:',
        found: 'healthcheck port 8080',
        expected: '8000',
      },
    ],
    silent: [
      {
        because: 'an application that embeds Probity listens where it says',
        manifest: deployment({ ports: [{ name: 'http', containerPort: 8080 }] }),
      },
      {
        because: 'the environment says so',
        manifest: deployment({
          image: 'probity:0.1.0',
          ports: [{ name: 'http', containerPort: 9000 }],
          env: [{ name: 'PORT', value: '9000' }],
        }),
      },
      {
        because: 'a check that is not told finds the port by itself',
        manifest: deployment({
          image: 'probity:0.1.0',
          ports: [{ name: 'http', containerPort: 9000 }],
          env: [{ name: 'PORT', value: '9000' }],
          ...readinessProbe(running('probity', 'check')),
        }),
      },
      {
        because: 'the listener for management answers probes too',
        manifest: deployment(readinessProbe({ httpGet: { path: '/ready', port: 9000 } })),
        settings: { management: { port: 9000 } },
      },
    ],
  },
  'loopback-host': {
    drawn: [
      {
        manifest: deployment({ env: [{ name: 'HOST', value: '127.0.0.1' }] }),
        at: '127.0.0.1',
        found: 'HOST 127.0.0.1',
        expected: '0.0.0.0',
      },
    ],
    silent: [
      { because: 'every address will do', manifest: deployment({ env: [{ name: 'HOST', value: '::' }] }) },
      {
        because: 'a command asks from inside',
        manifest: deployment({
          env: [{ name: 'HOST', value: '127.0.0.1' }],
          startupProbe: undefined,
          ...livenessProbe(running('probity', 'check', 'http://127.0.0.1:8000/health')),
          ...readinessProbe(running('probity', 'check')),
        }),
      },
    ],
  },
  'http-target': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, host: 'localhost' } })),
        at: 'localhost',
        found: 'livenessProbe host localhost',
        expected: 'none: the pod is asked',
      },
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, scheme: 'HTTPS' } })),
        at: 'HTTPS',
        found: 'livenessProbe scheme HTTPS',
        expected: 'HTTP, the default',
      },
    ],
    silent: [
      {
        because: 'that is the default',
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, scheme: 'HTTP' } })),
      },
    ],
  },
  'no-http': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ httpGet: undefined, tcpSocket: { port: 'http' } })),
        at: 'tcpSocket:',
        found: 'livenessProbe asks nothing of the contract',
        expected: 'httpGet',
      },
      {
        manifest: deployment(readinessProbe({ httpGet: undefined, grpc: { port: 8000 } })),
        at: 'grpc:',
        found: 'readinessProbe asks nothing of the contract',
        expected: 'httpGet',
      },
    ],
    silent: [
      {
        because: 'how the program beside it is asked is its own affair',
        manifest: beside({ ...liveThroughSidecar(8000), startupProbe: { tcpSocket: { port: 8080 } } }),
      },
    ],
  },
  'tool-missing': {
    drawn: [
      {
        manifest: compose({ image: 'node:24-trixie-slim', ...healthcheck({ test: curl('-f') }) }),
        at: 'test:',
        found: 'healthcheck needs curl, which a slim image (node:24-trixie-slim) lacks',
        expected: 'httpGet, or the command `probity check`',
      },
      {
        manifest: deployment({
          image: 'node:24-alpine',
          ...livenessProbe(running('curl', '-f', 'http://localhost:8000/health')),
        }),
        at: 'command:',
        found: 'livenessProbe needs curl, which an Alpine image (node:24-alpine) lacks',
        expected: 'httpGet, or the command `probity check`',
      },
      {
        manifest: deployment({
          image: 'gcr.io/distroless/nodejs24-debian13',
          ...livenessProbe(running('wget', '-q', 'http://localhost:8000/health')),
        }),
        at: 'command:',
        found: 'livenessProbe needs wget, which a distroless image (gcr.io/distroless/nodejs24-debian13) lacks',
        expected: 'httpGet, or the command `probity check`',
      },
    ],
    silent: [
      {
        because: "Alpine has busybox's wget",
        manifest: compose({
          image: 'node:24-alpine',
          ...healthcheck({ test: ['CMD', 'wget', '-q', '--spider', 'http://127.0.0.1:8000/ready'] }),
        }),
      },
      { because: 'nobody knows what is in the image', manifest: compose(healthcheck({ test: curl('-f') })) },
    ],
  },
  'shell-missing': {
    drawn: [
      {
        manifest: compose({ image: 'probity:0.1.0', ...healthcheck({ test: 'probity check' }) }),
        at: 'probity check',
        found: "healthcheck needs a shell, which Probity's image (probity:0.1.0) lacks",
        expected: 'httpGet, or the command `probity check`',
      },
      {
        manifest: deployment({
          image: 'gcr.io/distroless/nodejs24-debian13',
          lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', 'true'] } } },
        }),
        at: 'command:',
        found: 'preStop needs a shell, which a distroless image (gcr.io/distroless/nodejs24-debian13) lacks',
        expected: 'httpGet, or the command `probity check`',
      },
    ],
    silent: [
      {
        because: 'the words are run as they are',
        manifest: compose({ image: 'probity:0.1.0', ...healthcheck({ test: ['CMD', 'probity', 'check'] }) }),
      },
      {
        because: 'a slim image has a shell',
        manifest: compose({ image: 'node:24-slim', ...healthcheck({ test: 'probity check' }) }),
      },
      {
        because: 'a debug image has one',
        manifest: compose({ image: 'gcr.io/distroless/nodejs24:debug', ...healthcheck({ test: 'probity check' }) }),
      },
    ],
  },
  'curl-ignores-status': {
    drawn: [
      {
        manifest: compose(healthcheck({ test: curl('-s') })),
        at: 'test:',
        found: 'healthcheck runs curl without --fail',
        expected: 'curl --fail',
      },
      {
        manifest: compose(healthcheck({ test: 'curl -sS http://localhost:8000/ready || exit 1' })),
        at: 'curl -sS',
        found: 'healthcheck runs curl without --fail',
        expected: 'curl --fail',
      },
    ],
    silent: [
      { because: 'flags may stand together', manifest: compose(healthcheck({ test: curl('-sSf') })) },
      { because: 'the flag may be spelled out', manifest: compose(healthcheck({ test: curl('--fail') })) },
      {
        because: 'wget fails on a 503 by itself',
        manifest: compose(healthcheck({ test: ['CMD', 'wget', '-q', 'http://127.0.0.1:8000/ready'] })),
      },
    ],
  },
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
        manifest: compose(healthcheck({ timeout: '1500ms' })),
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
        found: 'readinessProbe takes up to 62 s to notice (periodSeconds 30 s, failureThreshold 3)',
        expected: '60 s or less',
      },
      {
        manifest: compose(healthcheck({ interval: '1m' })),
        at: '1m',
        found: 'healthcheck takes up to 125 s to notice (interval 60 s, retries 3)',
        expected: '60 s or less',
      },
    ],
    silent: [
      {
        because: 'a minute is the limit',
        manifest: deployment(readinessProbe({ periodSeconds: 29, failureThreshold: 3 })),
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
  'grace-short': {
    drawn: [
      {
        manifest: deployment({}, { terminationGracePeriodSeconds: 25 }),
        at: '25',
        found: 'terminationGracePeriodSeconds 25 s',
        expected: 'more than shutdown.deadline 25 s',
      },
      {
        manifest: deployment(),
        settings: { shutdown: { drainDelay: '5s', deadline: '1m' } },
        at: 'name: app',
        found: 'terminationGracePeriodSeconds 30 s by default',
        expected: 'more than shutdown.deadline 60 s',
      },
      {
        manifest: compose({ stop_grace_period: undefined }),
        at: 'app:',
        found: 'stop_grace_period 10 s by default',
        expected: 'more than shutdown.deadline 25 s',
      },
    ],
    silent: [
      { because: 'the default is above the default', manifest: deployment() },
      {
        because: 'a sidecar is told to stop when nobody asks any more',
        manifest: beside(liveThroughSidecar(8000), { terminationGracePeriodSeconds: 10 }),
      },
    ],
  },
  'prestop-sleep': {
    drawn: [
      {
        manifest: deployment(
          { lifecycle: { preStop: { sleep: { seconds: 4 } } } },
          { terminationGracePeriodSeconds: 40 },
        ),
        at: 'preStop:',
        found: 'preStop sleeps for 4 s',
        expected: 'none beside drainDelay 5 s',
      },
      {
        manifest: deployment({ lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 4'] } } } }),
        at: 'preStop:',
        found: 'preStop sleeps for 4 s',
        expected: 'none beside drainDelay 5 s',
      },
    ],
    silent: [
      {
        because: 'the program beside it drains as it likes',
        manifest: beside({ ...liveThroughSidecar(8000), lifecycle: { preStop: { sleep: { seconds: 5 } } } }),
      },
    ],
  },
  'drain-over-deadline': {
    drawn: [
      {
        manifest: deployment({ env: [{ name: 'DRAIN_DELAY', value: '30s' }] }),
        at: '30s',
        found: 'DRAIN_DELAY 30 s',
        expected: 'less than shutdown.deadline 25 s',
      },
    ],
    silent: [
      { because: 'it is shorter', manifest: deployment({ env: [{ name: 'DRAIN_DELAY', value: '20s' }] }) },
      { because: 'it cannot be told', manifest: compose({ environment: ['DRAIN_DELAY=$' + '{DRAIN:-30s}'] }) },
    ],
  },
  'simulation-open': {
    drawn: [
      {
        manifest: deployment({
          env: [
            { name: 'SIMULATION', value: 'true' },
            { name: 'HOST', value: '0.0.0.0' },
          ],
        }),
        at: '"true"',
        found: 'SIMULATION true, HOST 0.0.0.0, no PROBITY_TOKENS',
        expected: 'PROBITY_TOKENS from a Secret',
      },
      {
        manifest: compose({ image: 'probity:0.1.0', environment: { SIMULATION: true } }),
        at: 'true',
        found: 'SIMULATION true, HOST 0.0.0.0, no PROBITY_TOKENS',
        expected: 'PROBITY_TOKENS from a Secret',
      },
      {
        manifest: compose({ image: 'probity:0.1.0' }),
        settings: { simulation: true },
        at: 'app:',
        found: 'SIMULATION true, HOST 0.0.0.0, no PROBITY_TOKENS',
        expected: 'PROBITY_TOKENS from a Secret',
      },
    ],
    silent: [
      {
        because: 'the environment wins over the configuration',
        manifest: compose({ image: 'probity:0.1.0', environment: ['SIMULATION=false'] }),
        settings: { simulation: true },
      },
      {
        because: 'there are tokens',
        manifest: deployment({
          image: 'probity:0.1.0',
          env: [
            { name: 'SIMULATION', value: 'true' },
            { name: 'PROBITY_TOKENS', ...secret },
          ],
        }),
      },
      {
        because: 'there may be tokens',
        manifest: compose({ image: 'probity:0.1.0', env_file: '.env', environment: ['SIMULATION=true'] }),
      },
      {
        because: 'nobody else reaches it',
        manifest: compose({ environment: ['SIMULATION=true', 'HOST=127.0.0.1'] }),
      },
    ],
  },
  'secret-plain': {
    drawn: [
      {
        manifest: deployment({ env: [{ name: 'DATABASE_URL', value: 'postgres://app:hunter2@db/app' }] }),
        at: 'postgres://',
        found: 'DATABASE_URL has a password in plain text',
        expected: 'valueFrom.secretKeyRef',
      },
      {
        manifest: compose({ environment: ['PROBITY_TOKENS=ann:0123456789abcdef'] }),
        at: 'PROBITY_TOKENS=',
        found: 'PROBITY_TOKENS has tokens in plain text',
        expected: 'a variable of the shell, or env_file',
      },
    ],
    silent: [
      {
        because: 'it comes from a Secret',
        manifest: deployment({
          env: [
            { name: 'DATABASE_URL', ...secret },
            { name: 'REDIS_URL', value: 'redis://cache:6379/0' },
          ],
        }),
      },
      {
        because: 'the password is another variable',
        manifest: deployment({ env: [{ name: 'DATABASE_URL', value: 'postgres://app:$(PASSWORD)@db/app' }] }),
      },
      {
        because: 'the password comes from the shell',
        manifest: compose({ environment: { DATABASE_URL: 'postgres://app:$' + '{PASSWORD:-app}@db/app' } }),
      },
    ],
  },
};
