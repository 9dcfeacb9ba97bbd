import { stringify } from 'yaml';
import { compose, deployment, fitting, healthcheck, livenessProbe, workload } from '../support.ts';
import { beside, type Examples, liveThroughSidecar } from './example.ts';

const service = (spec: object): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop' },
    spec: { publishNotReadyAddresses: true, selector: { app: 'shop' }, ...spec },
  });

/** A Deployment whose pods have these labels. */
const labelled = (labels: object, container: object = {}): string =>
  workload({
    kind: 'Deployment',
    spec: { template: { metadata: { labels }, spec: { containers: [{ ...fitting, ...container }] } } },
  });

const asksReadiness = { test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/ready'] };
const asksLiveness = { test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/health'] };
const wget = (host: string): object =>
  healthcheck({ test: ['CMD', 'wget', '-q', '--spider', `http://${host}:8000/ready`] });

export const trafficExamples: Examples = {
  'publish-not-ready': {
    drawn: [
      {
        manifest: `${service({})}---\n${labelled({ app: 'shop', tier: 'web' })}`,
        at: 'true',
        found: 'publishNotReadyAddresses true',
        expected: 'false, the default',
      },
    ],
    silent: [
      {
        because: 'peers find each other by it',
        manifest: `${service({ clusterIP: 'None' })}---\n${labelled({ app: 'shop' })}`,
      },
      { because: 'it selects others', manifest: `${service({})}---\n${labelled({ app: 'cart' })}` },
    ],
  },
  'readiness-restarts': {
    drawn: [
      {
        manifest: compose({
          deploy: { replicas: 3, update_config: { order: 'start-first' } },
          ...healthcheck(asksReadiness),
        }),
        at: 'test:',
        found: 'healthcheck asks /ready under Swarm',
        expected: '/health or /internal/alive',
      },
      {
        manifest: compose({ labels: { autoheal: 'true' } }),
        at: 'test:',
        found: 'healthcheck asks /ready under autoheal',
        expected: '/health or /internal/alive',
      },
      {
        manifest: compose(
          {},
          { healer: { image: 'willfarrell/autoheal:1.2.0', environment: ['AUTOHEAL_CONTAINER_LABEL=all'] } },
        ),
        at: 'test:',
        found: 'healthcheck asks /ready under autoheal',
        expected: '/health or /internal/alive',
      },
      {
        manifest: compose({ image: 'probity:1', labels: ['autoheal=true'], healthcheck: undefined }),
        at: 'autoheal=true',
        found: 'the image’s own health check asks for readiness under autoheal',
        expected: '/health or /internal/alive',
      },
    ],
    silent: [
      {
        because: 'it asks for liveness',
        manifest: compose({ labels: { autoheal: 'true' }, ...healthcheck(asksLiveness) }),
      },
      { because: 'Docker itself ends nothing', manifest: compose({ deploy: { replicas: 3, resources: {} } }) },
    ],
  },
  'sidecar-unwatched': {
    drawn: [
      {
        manifest: beside(liveThroughSidecar(8000), {}, { livenessProbe: undefined }),
        at: '8000',
        found: 'livenessProbe asks probity, which has no livenessProbe',
        expected: 'one of probity’s own',
      },
    ],
    silent: [{ because: 'it has its own', manifest: beside(liveThroughSidecar(8000)) }],
  },
  'probe-host': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, host: '127.0.0.1' } })),
        at: '127.0.0.1',
        found: 'livenessProbe host 127.0.0.1',
        expected: 'none: the pod is asked',
      },
      {
        manifest: beside({ readinessProbe: { tcpSocket: { port: 8080, host: 'localhost' }, timeoutSeconds: 2 } }),
        at: 'localhost',
        found: 'readinessProbe host localhost',
        expected: 'none: the pod is asked',
      },
    ],
    silent: [
      {
        because: 'the pod is the node',
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, host: '127.0.0.1' } }), {
          hostNetwork: true,
        }),
      },
      {
        because: 'a command asks from inside',
        manifest: beside({ livenessProbe: { exec: { command: ['./x', 'localhost'] }, timeoutSeconds: 2 } }),
      },
    ],
  },
  'localhost-ipv6': {
    drawn: [
      {
        manifest: compose({ image: 'node:24-alpine', environment: { HOST: '0.0.0.0' }, ...wget('localhost') }),
        at: 'test:',
        found: 'healthcheck asks localhost, and HOST is 0.0.0.0',
        expected: '127.0.0.1',
      },
    ],
    silent: [
      {
        because: 'it asks where the program listens',
        manifest: compose({ image: 'node:24-alpine', environment: { HOST: '0.0.0.0' }, ...wget('127.0.0.1') }),
      },
      {
        because: 'the program listens on both',
        manifest: compose({ image: 'node:24-alpine', environment: { HOST: '::' }, ...wget('localhost') }),
      },
      {
        because: 'curl tries both',
        manifest: compose({
          image: 'node:24',
          environment: { HOST: '0.0.0.0' },
          ...healthcheck({ test: ['CMD', 'curl', '-f', 'http://localhost:8000/ready'] }),
        }),
      },
      { because: 'nothing is asked by a name', manifest: deployment() },
    ],
  },
};
