// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is written in a file
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { environmentSource } from '../../src/config/environment.ts';
import { validated } from '../../src/config/validate.ts';
import { mistakeOf, read } from './read.ts';

/** Characters that break URLs and YAML are the likeliest of all: a mistake with them is what the message is about. */
const password = fc.string({
  unit: fc.oneof(fc.constantFrom(...'@:/#?%[]{}\'"\\&*!|> \n$'), fc.string({ minLength: 1, maxLength: 1 })),
  minLength: 1,
});

/** Every character of the secret has a mark beside it, so that a piece of the secret gives itself away. */
const saysNothing = (say: (secret: string) => Promise<string>): Promise<void> =>
  fc.assert(
    fc.asyncProperty(password, async (secret) => {
      const message = await say(`Zq${[...secret].join('Zq')}Zq`);
      expect(message).not.toMatch(/Zq|[\n\r]/);
    }),
    { numRuns: 300 },
  );

const check = (kind: string, option: string): string => `checks:\n  a:\n    kind: ${kind}\n    ${option}`;

test.each(['postgres', 'redis', 'rabbitmq', 'http'])(
  'a password in the URL of a %s check is never shown',
  async (kind) => {
    await saysNothing((secret) =>
      mistakeOf(read(check(kind, `url: ${JSON.stringify(`mysql://app:${secret}@db/app`)}`))),
    );
    await saysNothing((secret) => mistakeOf(read(check(kind, `url: ${JSON.stringify(secret)}`))));
    await saysNothing((secret) => mistakeOf(read(check(kind, 'url: ${URL}'), { URL: `x://${secret}` })));
  },
);

test('a password in an unquoted URL is never shown, whatever YAML makes of it', async () => {
  await saysNothing((secret) => mistakeOf(read(check('postgres', `url: postgres://app:${secret}@db/app`))));
  await saysNothing((secret) => mistakeOf(read(check('postgres', `url:postgres://app:${secret}@db/app`))));
  await saysNothing((secret) => mistakeOf(read(`checks:\n  database: postgres://app:${secret}@db/app`)));
});

test.each(['DATABASE_URL', 'REDIS_URL', 'AMQP_URL', 'EXTERNAL_SERVICE_URL'])(
  'a password in %s is never shown',
  async (name) => {
    const say = (url: string): Promise<string> =>
      mistakeOf((async () => validated(environmentSource({ [name]: url }, true)))());
    for (const scheme of ['postgres', 'redis', 'amqp', 'https']) {
      await saysNothing((secret) => say(`${scheme}://app:${secret}@db/app`));
      await saysNothing((secret) => say(`${scheme}://:${secret}`));
    }
  },
);

test('the value of a header is never shown', async () => {
  await saysNothing((secret) =>
    mistakeOf(read(check('http', `url: https://a\n    headers: { X: ${JSON.stringify(secret)} }`))),
  );
  await saysNothing((secret) =>
    mistakeOf(read(check('http', `url: https://a\n    headers: ${JSON.stringify(secret)}`))),
  );
});

test('what has a secret name is never shown, wherever it stands', async () => {
  for (const name of ['DB_PASSWORD', 'API_KEY', 'TOKEN', 'CLIENT_SECRET'])
    for (const key of ['host', 'port', 'simulation', 'log', 'checks'])
      await saysNothing((secret) => mistakeOf(read(`${key}: \${${name}}`, { [name]: `${secret} \n` })));
});
