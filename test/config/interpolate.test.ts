// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what is written in a file
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { read } from './read.ts';

const env = { NAME: 'db', EMPTY: '', PORT: '9000', ON: 'true', CODE: '204' };

test.each([
  ['${NAME}', 'db'],
  ['a-${NAME}-${NAME}', 'a-db-db'],
  ['${NOPE:-other}', 'other'],
  ['${EMPTY:-other}', 'other'],
  ['${NAME:-other}', 'db'],
  ['$${NAME}', '${NAME}'],
  ['$$${NAME}', '$${NAME}'],
  ['$NAME', '$NAME'],
  ["'${NAME}'", 'db'],
  ['"${NAME}"', 'db'],
])('%s is %s', async (written, host) => {
  expect((await read(`host: ${written}`, env)).host).toBe(host);
});

test('a variable may be a number or a boolean where one is expected, and nowhere else', async () => {
  const text = `
    port: "\${PORT}"
    simulation: \${ON}
    checks:
      api: { kind: http, url: 'https://api', status: ['\${CODE}'], label: '\${PORT}', headers: { X: '\${CODE}' } }`;
  expect(await read(text, env)).toEqual({
    port: 9000,
    simulation: true,
    checks: { api: { kind: 'http', url: 'https://api', status: [204], label: '9000', headers: { X: '204' } } },
  });
});

test('no value can change the structure', async () => {
  const value = fc.string({ unit: 'binary', minLength: 1 });
  const line = fc.constantFrom('"', "'", '\nport: 1', ': ', ' #', '*a', '&a', '${NAME}', '!!js/function ');
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        value,
        fc.array(line, { minLength: 1 }).map((parts) => parts.join('')),
      ),
      async (text) => {
        const schema = 'a: "${TEXT}"\n        b: ${TEXT}';
        const config = await read(
          `checks:\n  api:\n    kind: http\n    url: https://a\n    schema:\n        ${schema}`,
          {
            TEXT: text,
          },
        );
        expect(config).toEqual({ checks: { api: { kind: 'http', url: 'https://a', schema: { a: text, b: text } } } });
      },
    ),
  );
});
