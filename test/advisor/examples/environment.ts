import { compose, deployment } from '../support.ts';
import { type Examples, secret } from './example.ts';

export const environmentExamples: Examples = {
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
