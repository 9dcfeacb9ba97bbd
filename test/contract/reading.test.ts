import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentOf } from '../../bench/documents/make.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { parseYaml } from '../../src/contract/custom/yaml.ts';
import { cpuTime } from '../cpu-time.ts';
import { temporaryFolder } from '../servers/process.ts';

const temporary = temporaryFolder('documents');
afterAll(() => temporary.remove());
let folder: string;
let rounds = 0;
beforeEach(() => {
  folder = join(temporary.path, String(rounds++));
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const load = (file: string, within?: string) =>
  loadContract({ file, folder: within, merge: false, simulation: false, checks: [] });

/** What is said of a document, in one line without where the temporary folder is. */
async function refusal(file: string, within?: string): Promise<string> {
  const message = await load(file, within).then(
    () => 'accepted',
    (error: Error) => error.message,
  );
  expect(message).not.toMatch(/[\r\n]/);
  return message.replaceAll(/[^\s:]*documents-[^/]*\/\d+\/?/g, '');
}

/** A document whose probe answers as `responses` say. */
const document = (responses: string): string =>
  `openapi: 3.1.0\ninfo: {}\npaths:\n  /ready:\n    get:\n      x-probe: readiness\n      responses: ${responses}\n`;
const good = '{ 204: {}, 503: {} }';
const within = (ref: string): string => document(`\n        204: { $ref: ${JSON.stringify(ref)} }\n        503: {}`);

const nine = (item: string): string => `[${Array(9).fill(item).join()}]`;
const laughs = `a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: &d ${nine('*c')}\ne: &e ${nine('*d')}\nf: &f ${nine('*e')}\ng: &g ${nine('*f')}\n`;

describe('a document that is a bomb is refused within a second', () => {
  const megabytes = 3_000_000;
  it.each<[string, string, RegExp]>([
    ['aliases of aliases', `${laughs}${document(good)}`, /^bomb\.yaml:\d+:\d+: too many aliases$/],
    ['merges of merges', `a: &a { x: 1 }\n${document('{ <<: [*a, *b] }')}`, /^bomb\.yaml:\d+:\d+: .*alias/],
    ['an alias in its own anchor', `a: &a [*a]\n${document(good)}`, /^bomb\.yaml:1:8: .*anchor that ends before/],
    ['lists in lists', '['.repeat(megabytes), /^bomb\.yaml: nested too deeply$/],
    ['lists in lists that are closed', `${'['.repeat(1e6)}${']'.repeat(1e6)}`, /nested too deeply$/],
    ['mappings in mappings', '{"a":'.repeat(megabytes / 5), /nested too deeply$/],
    ['block lists', '- '.repeat(megabytes / 2), /nested too deeply$/],
    ['complex keys', '? '.repeat(megabytes / 2), /nested too deeply$/],
    [
      'indentation',
      Array.from({ length: 2_000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n'),
      /nested too deeply$/,
    ],
    ['a document in a deep one', document('['.repeat(1_000) + ']'.repeat(1_000)), /nested too deeply$/],
    ['size', `${document(good)}#${'x'.repeat(9_000_000)}`, /^bomb\.yaml: expected at most 8388608 bytes$/],
  ])('%s', async (_, text, message) => {
    const bombs = ['bomb.yaml', 'bomb.json'].map((name) => [
      write(name, text),
      write(`by-${name}`, within(`./${name}`)),
    ]);
    for (const [bomb = '', indirect = ''] of bombs) {
      const spent = await cpuTime(async () => {
        expect((await refusal(bomb)).replace('.json', '.yaml')).toMatch(message);
        expect(await refusal(indirect)).not.toBe('accepted');
      });
      expect(spent).toBeLessThan(2_000);
    }
  });

  it('and one of the size of Kubernetes’ is read as fast', async () => {
    const file = write('large.json', JSON.stringify(documentOf(4_000_000)));
    const spent = await cpuTime(async () => expect((await load(file)).operations.length).toBeGreaterThan(1_500));
    expect(spent).toBeLessThan(3_000);
  });

  it('and a large one that means something is read', async () => {
    const schemas = Array.from({ length: 3_000 }, (_, index) => `    S${index}: { type: object }\n`).join('');
    const file = write('large.yaml', `${document(good)}components:\n  schemas:\n${schemas}`);
    expect((await load(file)).operations).toHaveLength(1);
  });
});

describe('a $ref', () => {
  const outside = (): string => write('outside/secret.yaml', 'description: hunter2\n');

  it.each([
    ['../outside/secret.yaml'],
    ['./../outside/./secret.yaml#/description'],
    ['%2e%2e/outside/secret.yaml'],
    ['link.yaml'],
    ['linked/secret.yaml'],
    ['/etc/passwd'],
    ['file:///etc/passwd'],
    ['/proc/self/environ'],
    ['../../../../../../../../../../etc/hostname'],
  ])('to %s leads nowhere', async (ref) => {
    const secret = outside();
    const file = write('api/openapi.yaml', within(ref));
    symlinkSync(secret, join(folder, 'api/link.yaml'));
    symlinkSync(join(folder, 'outside'), join(folder, 'api/linked'));
    const message = await refusal(file);
    expect(message).toMatch(
      /^(api\/)?openapi\.yaml:8:\d+: \S+: lies outside .*`contractFolder` can name another folder$/,
    );
    expect(message).not.toMatch(/hunter2|root:/);
  });

  it('leads where the option says, links of a mounted folder among it', async () => {
    outside();
    const file = write('api/openapi.yaml', within('../outside/secret.yaml'));
    expect((await load(file, folder)).operations).toHaveLength(1);
    write('mount/..2026/openapi.yaml', within('./part.yaml'));
    write('mount/..2026/part.yaml', 'description: a part\n');
    symlinkSync('..2026', join(folder, 'mount/..data'));
    for (const name of ['openapi.yaml', 'part.yaml']) symlinkSync(`..data/${name}`, join(folder, 'mount', name));
    expect((await load(join(folder, 'mount/openapi.yaml'))).operations).toHaveLength(1);
  });

  it.each([
    ['missing.yaml', /openapi\.yaml:8:\d+: missing\.yaml: no such file$/],
    ['.', /openapi\.yaml:8:\d+: .*lies outside/],
    ['sub', /openapi\.yaml:8:\d+: .*expected a file, got a folder$/],
    ['broken.yaml', /broken\.yaml:2:1: /],
    [
      'http://user:hunter2@127.0.0.1:9/x.yaml',
      /openapi\.yaml:8:\d+: expected a \$ref into the document, or to a file of it, got `http:\/\/\*\*\*@127\.0\.0\.1:9\/x\.yaml`/,
    ],
  ])('to %s is a mistake with its place', async (ref, message) => {
    write('sub/x.yaml', 'a: 1');
    write('broken.yaml', 'a: {\nb: [');
    const told = await refusal(write('openapi.yaml', within(ref)));
    expect(told).toMatch(message);
    expect(told).not.toContain('hunter2');
  });
});

describe('a document', () => {
  it.each([
    'http://user:hunter2@127.0.0.1:9/openapi.yaml',
    'https://hunter2@h/openapi.yaml',
    'user:hunter2@host/openapi.yaml',
    '//user:hunter2@host/openapi.yaml',
    'HTTP://user:hun:ter2@host/hunter2@openapi.yaml',
  ])('named by %s is refused, and its credentials are not told', async (file) => {
    const message = await refusal(file);
    expect(message).toMatch(/expected a path to a file, got a URL$|no such file$/);
    expect(message).not.toContain('hunter2');
  });

  it('has a probe that a merge key brings', async () => {
    const text = document(good)
      .replace('    get:\n', '    get:\n      <<: *probe\n')
      .replace('      x-probe: readiness\n', '');
    const contract = await load(write('openapi.yaml', `x-base: &probe { x-probe: readiness }\n${text}`));
    expect(contract.operations.map(({ probe }) => probe?.kind)).toEqual(['readiness']);
  });

  it.each([
    [`${document(good)}paths: {}\n`, /openapi\.yaml:8:1: Map keys must be unique$/],
    [`${document(good)}x: !include y\n`, /openapi\.yaml:8:4: /],
    [`${document(good)}x: *nowhere\n`, /openapi\.yaml:8:4: /],
    ['just text', /openapi\.yaml: expected an OpenAPI document$/],
    ['', /openapi\.yaml: expected an OpenAPI document$/],
  ])('%j is refused', async (text, message) => {
    expect(await refusal(write('openapi.yaml', text))).toMatch(message);
  });

  it('shows no word that acts on a terminal', async () => {
    const schema = (word: string) =>
      `{ 200: { content: { application/json: { schema: { type: object, properties: { status: { x-words: { up: "${word}" } } } } } } }, 503: {} }`;
    for (const word of ['\\u202Eup', '\\e[31mup', 'u\\u2028p']) {
      const message = await refusal(write('openapi.yaml', document(schema(word))));
      expect(message).toMatch(/^openapi\.yaml:7:\d+: x-words\.up: /);
      expect([...message].filter((char) => '\u202e\u001b\u2028'.includes(char))).toEqual([]);
    }
    expect(await refusal(write('openapi.yaml', document(schema('läuft 👩‍💻'))))).toBe('accepted');
  });
});

describe('JSON', () => {
  const depth = 150;

  it('is read as YAML would read it, or refused by both', () => {
    const key = fc.constantFrom('a', 'b', 'a"', '\\', '__proto__', 'constructor', '<<', '\u2028', '😀');
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 5 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('map'),
        tie('list'),
      ),
      list: fc.array(tie('node'), { maxLength: 3 }).map((items) => `[${items.map((item) => text(item)).join()}]`),
      map: fc
        .array(fc.tuple(key, tie('node')), { maxLength: 3 })
        .map((pairs) => `{${pairs.map(([name, item]) => `${JSON.stringify(name)}: ${text(item)}`).join()}}`),
    }));
    fc.assert(
      fc.property(value.map, (map) => {
        const json = map as string;
        const named = json.includes('"<<"');
        const outcome = (read: () => unknown): unknown => {
          try {
            return read();
          } catch {
            return 'refused';
          }
        };
        const asJson = outcome(() => parseYaml(json, 'x.json').value);
        // A comment makes it YAML; there a key that is quoted merges nothing either.
        const asYaml = outcome(() => parseYaml(`# \n${json}`, 'x.yaml').value);
        if (!named) expect(asJson).toEqual(asYaml);
      }),
    );
  });

  it('is refused where a key stands twice, in whatever spelling', () => {
    for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"x":[{"a":{}},{"b":1,"b":1}]}'])
      expect(() => parseYaml(text, 'x.json')).toThrow(/^x\.json:1:\d+: Map keys must be unique$/);
    expect(() => parseYaml('{"a":{"b":1},"b":{"a":1},"c":["a","a"]}', 'x.json')).not.toThrow();
  });

  it('is refused where it is nested too deeply', () => {
    expect(() => parseYaml(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`, 'x.json')).not.toThrow();
    expect(() => parseYaml(`{"a":${'['.repeat(300)}${']'.repeat(300)}}`, 'x.json')).toThrow(/nested too deeply$/);
  });
});

/** What is JSON already stays as it is. */
const text = (item: unknown): string =>
  typeof item === 'string' && /^[[{]/.test(item) && isJsonText(item) ? item : JSON.stringify(item);

function isJsonText(item: string): boolean {
  try {
    JSON.parse(item);
    return true;
  } catch {
    return false;
  }
}
