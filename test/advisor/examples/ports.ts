import { compose, deployment, healthcheck, livenessProbe, readinessProbe, running } from '../support.ts';
import { beside, type Examples, liveThroughSidecar } from './example.ts';

export const portsExamples: Examples = {
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
          ...readinessProbe({ ...running('probity', 'check'), timeoutSeconds: 5 }),
        }),
      },
      {
        because: 'the environment adds a listener for management',
        manifest: deployment({
          image: 'probity:0.1.0',
          env: [{ name: 'MANAGEMENT_PORT', value: '9000' }],
          ...readinessProbe({ httpGet: { path: '/ready', port: 9000 } }),
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
          ...readinessProbe({ ...running('probity', 'check'), timeoutSeconds: 5 }),
        }),
      },
    ],
  },
  'http-target': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ httpGet: { path: '/health', port: 8000, host: 'shop.example' } })),
        at: 'shop.example',
        found: 'livenessProbe host shop.example',
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
};
