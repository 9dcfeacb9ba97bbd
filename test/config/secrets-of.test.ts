import { expect, it } from 'vitest';
import { secretsOf } from '../../src/config/secrets.ts';
import type { Settings } from '../../src/config/settings.ts';

const of = (changes: Partial<Settings>): string[] => secretsOf({ checks: {}, ...changes });

it.each([
  ['postgres://app:pa%40ss@db/app', ['pa%40ss', 'pa@ss', 'app:pa@ss', Buffer.from('app:pa@ss').toString('base64')]],
  ['postgres://app:p%2fs%2Fs@db/app', ['p%2fs%2Fs', 'p/s/s', 'p%2Fs%2Fs', 'p%2fs%2fs']],
  ['redis://:only@db', ['only', ':only']],
  ['https://ghp_token@api.example/health', ['ghp_token']],
  ['https://api.example/health?format=json&api_key=k%20ey', ['k%20ey', 'k ey']],
  ['amqp://app:a%b@db', ['a%b']],
] as const)('the secrets of %s are among %j', (url, expected) => {
  const kind = url.startsWith('https') ? 'http' : 'postgres';
  expect(of({ checks: { a: { kind, url } } })).toEqual(expect.arrayContaining([...expected]));
});

it.each(['postgres://postgres@127.0.0.1/postgres', 'https://api.example/health?format=json', 'redis://db:6379'])(
  'there is none in %s',
  (url) => {
    expect(of({ checks: { a: { kind: url.startsWith('https') ? 'http' : 'postgres', url } } })).toEqual([]);
  },
);

it('values of headers are secrets, and so is what follows their scheme', () => {
  const headers = { Authorization: 'Bearer abcdef', 'X-Key': 'ghijkl', Other: `Basic ${btoa('app:mnopqr')}` };
  const found = of({ checks: { a: { kind: 'http', url: 'http://a', headers } } });
  expect(found).toEqual(
    expect.arrayContaining(['Bearer abcdef', 'abcdef', 'ghijkl', btoa('app:mnopqr'), 'app:mnopqr', 'mnopqr']),
  );
});

it('tokens are, and the password of the fleet, whatever the form of its URL', () => {
  const access = { tokens: [{ name: 'ann', token: '0123456789abcdef' }], protect: [] };
  const redis = 'redis+sentinel://app:s3cret@one:26379,two:26379/master/0';
  const found = of({ access, fleet: { redis } });
  expect(found).toEqual(expect.arrayContaining(['0123456789abcdef', 's3cret', 'app:s3cret']));
  expect(found).not.toContain('ann');
});
