import { compose, deployment, livenessProbe } from '../support.ts';
import { beside, type Examples, liveThroughSidecar } from './example.ts';

export const shutdownExamples: Examples = {
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
  'prestop-over-grace': {
    drawn: [
      {
        manifest: deployment({ lifecycle: { preStop: { exec: { command: ['sh', '-c', 'sleep 5m'] } } } }).replaceAll(
          'app',
          'one',
        ),
        at: 'preStop:',
        found: 'preStop sleeps for 300 s, terminationGracePeriodSeconds 30 s by default',
        expected: 'less than 30 s',
      },
    ],
    silent: [
      {
        because: 'there is time left',
        manifest: deployment({ lifecycle: { preStop: { sleep: { seconds: 10 } } } }).replaceAll('app', 'one'),
      },
    ],
  },
  'probe-grace-short': {
    drawn: [
      {
        manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: 2 })),
        at: '2',
        found: 'livenessProbe terminationGracePeriodSeconds 2 s',
        expected: 'more than drainDelay 5 s',
      },
    ],
    silent: [
      { because: 'it drains in that time', manifest: deployment(livenessProbe({ terminationGracePeriodSeconds: 6 })) },
    ],
  },
  'drain-refused': {
    drawn: [
      {
        manifest: deployment({ env: [{ name: 'DRAIN_DELAY', value: '0s' }] }),
        at: '0s',
        found: 'DRAIN_DELAY 0s',
        expected: 'a duration such as 5s',
      },
      {
        manifest: compose({ environment: { DRAIN_DELAY: 5 } }),
        at: '5',
        found: 'DRAIN_DELAY 5',
        expected: 'a duration such as 5s',
      },
    ],
    silent: [
      { because: 'it is one', manifest: deployment({ env: [{ name: 'DRAIN_DELAY', value: '100ms' }] }) },
      { because: 'what is empty is not there', manifest: deployment({ env: [{ name: 'DRAIN_DELAY', value: '' }] }) },
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
};
