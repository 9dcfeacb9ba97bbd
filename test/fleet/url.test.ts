import { expect, test } from 'vitest';
import { fleetTarget } from '../../src/fleet/url.ts';

const plain = { secure: false, username: '', password: '', database: 0 };

test.each([
  ['redis://cache', { ...plain, kind: 'single', nodes: [{ host: 'cache', port: 6379 }] }],
  [
    'rediss://ann:p%40ss@[::1]:7000/3',
    {
      kind: 'single',
      nodes: [{ host: '::1', port: 7000 }],
      secure: true,
      username: 'ann',
      password: 'p@ss',
      database: 3,
    },
  ],
  [
    'redis+sentinel://:secret@a:1,b/main/2',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 26379 },
      ],
      secure: false,
      username: '',
      password: 'secret',
      database: 2,
      master: 'main',
    },
  ],
  [
    'rediss+cluster://a:1,b:2',
    {
      ...plain,
      kind: 'cluster',
      secure: true,
      nodes: [
        { host: 'a', port: 1 },
        { host: 'b', port: 2 },
      ],
    },
  ],
])('%s is understood', (url, target) => {
  expect(fleetTarget(url)).toEqual(target);
});

test.each([
  'http://cache',
  'redis://',
  'redis://a,b',
  'redis://a/b',
  'redis://a:0',
  'redis://a:99999',
  'redis+sentinel://a',
  'redis+cluster://a/1',
  'redis://a:b:c',
])('%s is refused', (url) => {
  expect(() => fleetTarget(url)).toThrow(/^Expected `fleet.redis` to be the URL of a Redis/);
});

test('no password is shown', () => {
  expect(() => fleetTarget('redis://ann:hunter2@a:b:c')).toThrow(/^(?!.*hunter2)/);
});
