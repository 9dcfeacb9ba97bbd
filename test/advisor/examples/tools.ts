import { compose, deployment, healthcheck, livenessProbe, running } from '../support.ts';
import { curl, type Examples } from './example.ts';

export const toolsExamples: Examples = {
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
      {
        file: 'Dockerfile',
        manifest:
          'FROM node:24-alpine\nUSER 1000\nHEALTHCHECK --start-period=30s \\\n  CMD curl -f http://127.0.0.1:8000/ready || exit 1\n',
        at: 'HEALTHCHECK',
        found: 'HEALTHCHECK needs curl, which an Alpine image (node:24-alpine) lacks',
        expected: 'httpGet, or the command `probity check`',
      },
    ],
    silent: [
      {
        because: 'it is installed',
        file: 'Dockerfile',
        manifest:
          'FROM node:24-alpine\nRUN apk add --no-cache curl\nUSER 1000\nHEALTHCHECK CMD curl -f http://127.0.0.1:8000/ready\n',
      },
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
  'shell-unread': {
    drawn: [
      {
        manifest: compose(
          healthcheck({ test: ['CMD', 'curl', '-f', 'http://localhost:8000/ready', '||', 'exit', '1'] }),
        ),
        at: 'test:',
        found: 'healthcheck has || in a command that no shell reads',
        expected: 'sh -c, or CMD-SHELL',
      },
      {
        manifest: compose(healthcheck({ test: ['CMD-SHELL', 'wget', '-q', 'http://127.0.0.1:8000/ready'] })),
        at: 'test:',
        found: 'healthcheck has its shell run `wget` alone',
        expected: 'one line behind -c',
      },
      {
        manifest: compose(healthcheck({ test: ['CMD', 'curl -f http://localhost:8000/ready'] })),
        at: 'test:',
        found: 'healthcheck runs a program named `curl …`',
        expected: 'sh -c, or CMD-SHELL',
      },
      {
        manifest: deployment({ lifecycle: { preStop: { exec: { command: ['sh', '-c', "'sleep 10'"] } } } }),
        at: 'command:',
        found: 'preStop runs a program named `sleep …`',
        expected: 'the line without quotes',
      },
    ],
    silent: [
      {
        because: 'the line asks for its words',
        manifest: compose(healthcheck({ test: ['CMD', 'sh', '-c', 'exec "$@"', '--', './check'] })),
      },
      { because: 'a shell reads it', manifest: compose(healthcheck({ test: 'probity check --timeout 1s || exit 1' })) },
      {
        because: 'a script is one word to node',
        manifest: compose(healthcheck({ test: ['CMD', 'node', '-e', 'process.exit(a || b ? 0 : 1)'] })),
      },
    ],
  },
};
