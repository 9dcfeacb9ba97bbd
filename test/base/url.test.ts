import { describe, expect, it } from 'vitest';
import { typeError } from '../../src/base/errors.ts';
import { dependencyUrl, hostOf, masked } from '../../src/base/url.ts';
import { http } from '../../src/checks/http/http.ts';
import { postgres } from '../../src/checks/postgres/postgres.ts';
import { rabbitmq } from '../../src/checks/rabbitmq/rabbitmq.ts';
import { redis } from '../../src/checks/redis/redis.ts';

describe('the URL of a dependency', () => {
  it.each([
    ['postgres', postgres, 'redis://localhost'],
    ['redis', redis, 'http://localhost'],
    ['amqp', rabbitmq, 'localhost'],
    ['http', http, 'postgres://localhost'],
  ] as const)('has to be a %s:// one', (scheme, factory, url) => {
    expect(() => (factory as (url: string) => unknown)(url)).toThrow(
      typeError('PROBITY_URL', `Expected \`url\` to be a ${scheme}:// URL, got \`${url}\``),
    );
  });

  it.each([
    [postgres, ['postgres://h/db', 'postgresql://u:p@h:1/db']],
    [redis, ['redis://h', 'rediss://:p@h/3']],
    [rabbitmq, ['amqp://h', 'amqps://u:p@h/v']],
    [http, ['http://h', 'https://h/path?x=1']],
  ] as const)('may be of any scheme that the dependency knows', (factory, urls) => {
    for (const url of urls) expect(() => (factory as (url: string) => unknown)(url)).not.toThrow();
  });

  it.each([undefined, null, 42, {}, ''])('is not %j', (url) => {
    expect(() => dependencyUrl(url as never, ['redis'])).toThrow(
      `Expected \`url\` to be a redis:// URL, got \`${String(url)}\``,
    );
  });

  it('has parts that can be decoded', () => {
    expect(() => dependencyUrl('redis://u:%zz@h', ['redis'])).toThrow('got `redis://***@h`');
  });

  it('names its host as sockets want it', () => {
    expect(hostOf(new URL('redis://[::1]:6379'))).toBe('::1');
    expect(hostOf(new URL('redis://name:6379'))).toBe('name');
  });
});

describe('a masked URL', () => {
  it.each([
    ['mysql://user:s3cret@host:1/db', 'mysql://***@host:1/db'],
    ['mysql://:s3cret@host', 'mysql://***@host'],
    ['mysql://user:s3@cr/et@host/db', 'mysql://***@host/db'],
    ['user:s3cret@host', '***@host'],
    ['mysql://user:s3cret@', 'mysql://***@'],
    ['mysql://host/db?user=u&password=s3cret&x=1', 'mysql://host/db?user=u&password=***&x=1'],
    ['host=h user=u password=s3cret', 'host=h user=u password=***'],
    ['mysql://user:s3\ncret@host', 'mysql://***@host'],
    ['mysql://host/db', 'mysql://host/db'],
  ])('shows %j as %j', (url, shown) => {
    expect(masked(url)).toBe(shown);
  });
});
