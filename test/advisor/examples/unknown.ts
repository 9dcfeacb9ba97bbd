import { compose, deployment, healthcheck, livenessProbe, readinessProbe, running, startupProbe } from '../support.ts';
import { checks, curl, type Silent, secret, shared, withInit } from './example.ts';

const variable = '$' + '{X}';
const asksVariable = { httpGet: { path: '/ready', port: variable } };
const script = running('./healthcheck.sh');
const built = { build: '.', image: 'node:24-slim' };

/** By rule: what the file does not tell, and is neither the default nor a mistake. */
export const unknown: Readonly<Record<string, readonly Silent[]>> = {
  'path-unknown': [{ because: 'a script asks', manifest: deployment(readinessProbe(script)) }],
  'path-no-probe': [
    {
      because: 'the path is a variable',
      manifest: compose(healthcheck({ test: `curl -f http://localhost:8000/${variable}` })),
    },
  ],
  'liveness-asks-dependencies': [{ because: 'a script asks', manifest: deployment(livenessProbe(script)) }],
  'readiness-asks-no-check': [{ because: 'a script asks', manifest: deployment(readinessProbe(script)) }],
  'startup-asks-readiness': [{ because: 'a script asks', manifest: deployment(startupProbe(script)) }],
  'readiness-missing': [
    {
      because: 'nothing says that traffic comes',
      manifest: deployment({ ports: undefined, readinessProbe: undefined }),
    },
  ],
  'liveness-missing': [
    {
      because: 'nothing says that traffic comes',
      manifest: deployment({ ports: undefined, livenessProbe: undefined }),
    },
  ],
  'healthcheck-missing': [
    { because: 'the image is built, and may bring one', manifest: compose({ ...built, healthcheck: undefined }) },
  ],
  'healthcheck-disabled': [
    { because: 'a variable says it', manifest: compose({ healthcheck: { disable: variable } }) },
  ],
  'depends-on-health': [
    {
      because: 'the image may bring a health check',
      manifest: compose({ depends_on: ['db'] }, { db: { image: 'registry.example.com/db:1' } }),
    },
  ],
  'port-undeclared': [{ because: 'it is a variable', manifest: deployment(readinessProbe(asksVariable)) }],
  'port-wrong': [
    {
      because: 'the port is a variable',
      manifest: deployment(readinessProbe(running('curl', '-f', `http://localhost:${variable}/ready`))),
    },
  ],
  'loopback-host': [
    { because: 'it comes from a Secret', manifest: deployment({ env: [{ name: 'HOST', ...secret }] }) },
  ],
  'http-target': [{ because: 'a script asks', manifest: deployment(readinessProbe(script)) }],
  'no-http': [{ because: 'a script asks', manifest: deployment(readinessProbe(script)) }],
  'tool-missing': [
    {
      because: 'what is installed may be anything',
      file: 'Dockerfile',
      manifest: 'FROM node:24-slim\nRUN ./setup.sh\nUSER 1000\nHEALTHCHECK CMD curl -f http://127.0.0.1:8000/ready\n',
    },
    { because: 'the image is built', manifest: compose({ ...built, ...healthcheck({ test: curl('-f') }) }) },
    {
      because: 'an image with such a tag may be made of anything',
      manifest: compose({ image: 'registry.example.com/shop:1-alpine', ...healthcheck({ test: curl('-f') }) }),
    },
    {
      because: 'it has the other one',
      manifest: compose({
        image: 'node:24-alpine',
        ...healthcheck({ test: 'curl -f http://127.0.0.1:8000/ready || wget -q http://127.0.0.1:8000/ready' }),
      }),
    },
  ],
  'shell-missing': [
    {
      because: 'the image is a variable',
      manifest: compose({ image: variable, ...healthcheck({ test: 'probity check' }) }),
    },
  ],
  'shell-unread': [
    {
      because: 'a script may read what it is told',
      manifest: compose(healthcheck({ test: ['CMD', './wait.sh', 'a b'] })),
    },
  ],
  'curl-ignores-status': [
    {
      because: 'what it has written may be looked at',
      manifest: compose(healthcheck({ test: 'curl -so /tmp/answer http://localhost:8000/ready; ./look.sh' })),
    },
  ],
  'script-ignores-status': [
    { because: 'the script is a file', manifest: compose(healthcheck({ test: ['CMD', 'node', 'check.js'] })) },
  ],
  'status-constant': [{ because: 'a script decides', manifest: compose(healthcheck({ test: './healthcheck.sh' })) }],
  'exec-timeout': [
    {
      because: 'the time is a variable',
      manifest: deployment(readinessProbe(running('probity', 'check', '--timeout', variable))),
    },
  ],
  'liveness-impatient': [
    { because: 'the period is a variable', manifest: deployment(livenessProbe({ periodSeconds: variable })) },
  ],
  'timeout-tight': [
    { because: 'it is a variable', manifest: compose(healthcheck({ timeout: variable })) },
    { because: 'the image brings it', manifest: compose(healthcheck({ test: undefined, timeout: undefined })) },
  ],
  'single-failure': [
    { because: 'it is a variable', manifest: deployment(livenessProbe({ failureThreshold: variable })) },
  ],
  'period-under-interval': [
    {
      because: 'it is a variable',
      manifest: deployment(readinessProbe({ periodSeconds: variable })),
      settings: { checks },
    },
  ],
  'period-under-timeout': [
    { because: 'one is a variable', manifest: deployment(readinessProbe({ timeoutSeconds: variable })) },
  ],
  'readiness-slow': [
    {
      because: 'one is a variable',
      manifest: deployment(readinessProbe({ periodSeconds: 90, failureThreshold: variable })),
    },
  ],
  'success-threshold': [
    { because: 'it is a variable', manifest: deployment(livenessProbe({ successThreshold: variable })) },
  ],
  'startup-budget': [
    {
      because: 'one is a variable',
      manifest: deployment(startupProbe({ failureThreshold: variable })),
      settings: { checks: shared },
    },
  ],
  'liveness-before-boot': [
    {
      because: 'one is a variable',
      manifest: deployment({ startupProbe: undefined, ...livenessProbe({ periodSeconds: variable }) }),
    },
  ],
  'start-period-short': [
    {
      because: 'the image brings the times',
      manifest: compose({ healthcheck: { retries: 3 } }),
      settings: { checks: shared },
    },
  ],
  'initial-delay': [
    { because: 'it is a variable', manifest: deployment(livenessProbe({ initialDelaySeconds: variable })) },
  ],
  'grace-short': [
    { because: 'it is a variable', manifest: compose({ stop_grace_period: variable }) },
    {
      because: 'the hook may sleep for any time',
      manifest: deployment(
        { lifecycle: { preStop: { exec: { command: ['sh', '-c', `sleep ${variable}`] } } } },
        { terminationGracePeriodSeconds: 20 },
      ),
    },
  ],
  'prestop-sleep': [
    {
      because: 'a script may sleep',
      manifest: deployment({ lifecycle: { preStop: { exec: { command: ['./stop.sh'] } } } }),
    },
  ],
  'drain-over-deadline': [
    { because: 'it comes from a Secret', manifest: deployment({ env: [{ name: 'DRAIN_DELAY', ...secret }] }) },
  ],
  'probe-handlers': [{ because: 'it ends by itself', manifest: withInit({ livenessProbe: {} }) }],
  'probe-port': [{ because: 'the port is a variable', manifest: deployment(readinessProbe(asksVariable)) }],
  'init-probe': [
    { because: 'no one knows what a variable says', manifest: withInit({ env: [{ name: 'X', value: variable }] }) },
  ],
  'key-misspelt': [{ because: 'it is near to nothing', manifest: deployment(livenessProbe({ sometimes: true })) }],
  'value-refused': [
    { because: 'it is a variable', manifest: compose({ stop_grace_period: variable }) },
    {
      because: 'it is a parameter of a template',
      manifest: deployment(livenessProbe({ periodSeconds: '$' + '{{PERIOD}}' })),
    },
  ],
  'healthcheck-form': [{ because: 'it is a variable', manifest: compose(healthcheck({ test: [variable, 'x'] })) }],
  'readiness-grace': [
    { because: 'it is a variable', manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: variable })) },
  ],
  'sigterm-swallowed': [
    { because: 'which shell it is says the image', manifest: deployment({ command: ['sh', '-c', 'node server.js'] }) },
    { because: 'the image may have an entrypoint', manifest: compose({ command: 'npm start' }) },
    { because: 'a script may do anything', manifest: deployment({ command: ['sh', 'start.sh'] }) },
  ],
  'stop-signal': [{ because: 'it is a variable', manifest: compose({ stop_signal: variable }) }],
  'runs-as-root': [
    {
      because: 'the image may have a user',
      file: 'Dockerfile',
      manifest: 'FROM registry.example.com/node:24\nCMD ["node", "x"]\n',
    },
    {
      because: 'a variable says it',
      file: 'Dockerfile',
      manifest: 'FROM node:24\nARG UID\nUSER $UID\nCMD ["node", "x"]\n',
    },
  ],
  'prestop-over-grace': [
    {
      because: 'the hook is a script',
      manifest: deployment({ lifecycle: { preStop: { exec: { command: ['./stop.sh'] } } } }),
    },
  ],
  'probe-grace-short': [
    { because: 'it is a variable', manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: variable })) },
  ],
  'drain-refused': [
    { because: 'it comes from a Secret', manifest: deployment({ env: [{ name: 'DRAIN_DELAY', ...secret }] }) },
  ],
  'publish-not-ready': [
    {
      because: 'the pods stand in another file',
      manifest: `apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { publishNotReadyAddresses: true, selector: { a: b } }\n---\n${deployment()}`,
    },
  ],
  'readiness-restarts': [
    {
      because: 'a script asks',
      manifest: compose({ labels: { autoheal: 'true' }, ...healthcheck({ test: ['CMD', './healthcheck.sh'] }) }),
    },
  ],
  'sidecar-unwatched': [
    {
      because: 'nobody declares the port',
      manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 9999 } })),
    },
  ],
  'probe-host': [
    {
      because: 'it is a variable',
      manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, host: variable } })),
    },
  ],
  'localhost-ipv6': [
    {
      because: 'nothing says where it listens',
      manifest: compose({
        image: 'node:24-alpine',
        ...healthcheck({ test: ['CMD', 'wget', '-q', '--spider', 'http://localhost:8000/ready'] }),
      }),
    },
  ],
  'simulation-open': [
    {
      because: 'tokens may come from there',
      manifest: deployment({
        env: [{ name: 'SIMULATION', value: 'true' }],
        envFrom: [{ secretRef: { name: 'shop' } }],
      }),
      settings: { host: '0.0.0.0' },
    },
  ],
  'secret-plain': [
    {
      because: 'it refers to another variable',
      manifest: compose({ environment: { DATABASE_URL: `postgres://app:${variable}@db/app` } }),
    },
  ],
};
