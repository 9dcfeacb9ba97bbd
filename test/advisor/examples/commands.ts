import { compose, deployment, healthcheck, livenessProbe, readinessProbe, running } from '../support.ts';
import { curl, type Examples } from './example.ts';

const script = (text: string): string[] => ['CMD', 'node', '-e', text];

export const commandsExamples: Examples = {
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
      {
        manifest: deployment(
          livenessProbe(running('sh', '-c', '[ -f /tmp/started ] && curl -s http://localhost:8000/health')),
        ),
        at: 'command:',
        found: 'livenessProbe runs curl without --fail',
        expected: 'curl --fail',
      },
    ],
    silent: [
      { because: 'flags may stand together', manifest: compose(healthcheck({ test: curl('-sSf') })) },
      { because: 'the flag may be spelled out', manifest: compose(healthcheck({ test: curl('--fail') })) },
      {
        because: 'somebody else reads what it prints',
        manifest: compose(healthcheck({ test: 'curl -s http://localhost:8000/ready | grep -q ready' })),
      },
      {
        because: 'the status itself is tested',
        manifest: compose(
          healthcheck({ test: "test $(curl -so /dev/null -w '%{http_code}' http://localhost:8000/ready) -eq 200" }),
        ),
      },
      {
        because: 'wget fails on a 503 by itself',
        manifest: compose(healthcheck({ test: ['CMD', 'wget', '-q', 'http://127.0.0.1:8000/ready'] })),
      },
    ],
  },
  'script-ignores-status': {
    drawn: [
      {
        manifest: compose(healthcheck({ test: script("fetch('http://127.0.0.1:8000/ready')") })),
        at: 'test:',
        found: 'healthcheck asks without a look at the status',
        expected: 'an exit by `response.ok` or `statusCode`',
      },
      {
        manifest: compose(
          healthcheck({ test: script("require('http').get('http://127.0.0.1:8000/ready', () => process.exit(0))") }),
        ),
        at: 'test:',
        found: 'healthcheck asks without a look at the status',
        expected: 'an exit by `response.ok` or `statusCode`',
      },
    ],
    silent: [
      {
        because: 'it goes by the answer',
        manifest: compose(
          healthcheck({ test: script("fetch('http://127.0.0.1:8000/ready').then((r) => process.exit(r.ok ? 0 : 1))") }),
        ),
      },
    ],
  },
  'status-constant': {
    drawn: [
      {
        manifest: compose(healthcheck({ test: 'curl -f http://127.0.0.1:8000/ready || true' })),
        at: 'curl',
        found: 'healthcheck always succeeds',
        expected: 'the status of what asks',
      },
      {
        manifest: deployment(livenessProbe(running('sh', '-c', 'wget -q http://127.0.0.1:8000/health; exit 1'))),
        at: 'command:',
        found: 'livenessProbe always fails',
        expected: 'the status of what asks',
      },
    ],
    silent: [
      { because: 'it may fail', manifest: compose(healthcheck({ test: 'probity check || exit 1' })) },
      {
        because: 'it fails with the first one',
        manifest: compose(healthcheck({ test: 'curl -f http://127.0.0.1:8000/ready && echo up' })),
      },
    ],
  },
  'exec-timeout': {
    drawn: [
      {
        manifest: deployment(
          readinessProbe(running('probity', 'check', 'http://127.0.0.1:8000/ready', '--timeout', '10s')),
        ),
        at: '2',
        found: 'readinessProbe timeoutSeconds 2 s, and its command waits for 10 s',
        expected: 'more than 10 s',
      },
      {
        manifest: compose(healthcheck({ test: ['CMD', 'curl', '-fm', '5', 'http://127.0.0.1:8000/ready'] })),
        at: '5s',
        found: 'healthcheck timeout 5 s, and its command waits for 5 s',
        expected: 'more than 5 s',
      },
      {
        manifest: deployment({ ...readinessProbe(running('probity', 'check')) }),
        at: '2',
        found: 'readinessProbe timeoutSeconds 2 s, and its command waits for 2 s',
        expected: 'more than 2 s',
      },
    ],
    silent: [
      {
        because: 'the command gives up first',
        manifest: compose(healthcheck({ test: ['CMD', 'timeout', '3', 'probity', 'check'] })),
      },
    ],
  },
};
