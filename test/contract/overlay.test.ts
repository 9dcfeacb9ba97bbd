import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../src/contract/custom/file.ts';
import { loadContract } from '../../src/contract/custom/load.ts';
import { prove } from '../../src/probes/proof.ts';
import { temporaryFolder } from '../servers/process.ts';
import { checks } from './cases/case.ts';

const temporary = temporaryFolder('overlays');
beforeAll(() => mkdirSync(join(temporary.path, 'part'), { recursive: true }));
afterAll(() => temporary.remove());

const write = (name: string, text: string): string => {
  const file = join(temporary.path, name);
  writeFileSync(file, text);
  return file;
};

const document = `openapi: 3.1.0
info: { title: Shop, version: 1.0.0, description: It sells. }
paths:
  /ready:
    get:
      tags: [shop, internal, other]
      parameters:
        - { name: a, in: query }
        - { name: b, in: query }
        - { name: c, in: query }
      responses:
        200: { description: Ready }
  "/it's/{id}":
    get: { responses: {} }
`;

const overlay = (actions: string, version = '1.1.0', rest = ''): string =>
  `overlay: ${version}\ninfo: { title: Probes, version: 1.0.0 }\n${rest}actions:\n${actions}`;

async function applied(actions: string, version?: string): Promise<Record<string, unknown>> {
  const file = write('openapi.yaml', document);
  const { document: found } = await readDocument(file, { overlays: [write('o.yaml', overlay(actions, version))] });
  return found as never;
}

const pathsOf = (found: Record<string, unknown>) => found.paths as Record<string, Record<string, unknown>>;

const ready = (found: Record<string, unknown>) =>
  (found as { paths: { '/ready': { get: Record<string, unknown> } } }).paths['/ready'].get;

describe('an overlay', () => {
  it.each<[string, string, (found: Record<string, unknown>) => unknown, unknown]>([
    [
      'merges objects, and adds what is not there',
      "- target: $.paths['/ready'].get\n  update: { x-probe: readiness, responses: { '503': { description: Not ready } } }",
      (found) => [ready(found)['x-probe'], Object.keys(ready(found).responses as object)],
      ['readiness', ['200', '503']],
    ],
    ['merges into the whole document', '- { target: $, update: { x-new: 1 } }', (found) => found['x-new'], 1],
    [
      'appends an entry to a list',
      '- { target: "$.paths[\'/ready\'].get.tags", update: more }',
      (found) => ready(found).tags,
      ['shop', 'internal', 'other', 'more'],
    ],
    [
      'joins lists',
      '- { target: "$.paths[\'/ready\'].get", update: { tags: [x, y] } }',
      (found) => ready(found).tags,
      ['shop', 'internal', 'other', 'x', 'y'],
    ],
    [
      'changes whatever a query selects',
      '- { target: "$.paths[?@.get.tags]", update: { summary: tagged } }',
      (found) => [pathsOf(found)['/ready']?.summary, pathsOf(found)["/it's/{id}"]],
      ['tagged', { get: { responses: {} } }],
    ],
    [
      'finds a key with an apostrophe',
      '- { target: "$.paths.*[?@.responses]", update: { x-seen: true } }',
      (found) => pathsOf(found)["/it's/{id}"],
      { get: { responses: {}, 'x-seen': true } },
    ],
    [
      'removes from a list what a query selects, in whatever order',
      '- { target: "$.paths[\'/ready\'].get.tags[2,0]", remove: true }',
      (found) => ready(found).tags,
      ['internal'],
    ],
    [
      'removes a key, and what is in what it removes',
      '- { target: "$..get", remove: true }',
      (found) => found.paths,
      { '/ready': {}, "/it's/{id}": {} },
    ],
    [
      'replaces what is neither an object nor a list',
      '- { target: $.info.title, update: Other }',
      (found) => found.info,
      { title: 'Other', version: '1.0.0', description: 'It sells.' },
    ],
    [
      'copies',
      '- { target: $.paths, update: { /live: {} } }\n- { target: "$.paths[\'/live\']", copy: "$.paths[\'/ready\']" }\n- { target: "$.paths[\'/ready\'].get.tags", remove: true }',
      (found) => (pathsOf(found)['/live']?.get as { tags: unknown } | undefined)?.tags,
      ['shop', 'internal', 'other'],
    ],
    [
      'has no way to the prototype of all objects',
      '- { target: $, update: { __proto__: { polluted: true } } }',
      (found) => [Object.hasOwn(found, '__proto__'), ({} as Record<string, unknown>).polluted],
      [true, undefined],
    ],
    [
      'lets `remove: false` be as if it were not there',
      '- { target: $.info, remove: false, update: { x-kept: true } }',
      (found) => (found.info as Record<string, unknown>)['x-kept'],
      true,
    ],
  ])('%s', async (_, actions, of, expected) => {
    expect(of(await applied(actions))).toEqual(expected);
  });

  it('is written in JSON as well, and several are laid over each other', async () => {
    const first = write(
      '1.json',
      JSON.stringify({ overlay: '1.0.0', info: {}, actions: [{ target: '$', update: { x: { a: 1 } } }] }),
    );
    const second = write('2.yaml', overlay('- { target: $.x, update: { b: 2 } }'));
    const file = write('openapi.yaml', document);
    expect((await readDocument(file, { overlays: [first, second] })).document).toHaveProperty('x', { a: 1, b: 2 });
  });

  it.each(['openapi.yaml', './openapi.yaml', 'https://shop.example/openapi.yaml'])(
    'may be for this document: %s',
    async (name) => {
      const file = write('openapi.yaml', document);
      const text = overlay('- { target: $, update: { x: 1 } }', '1.0.0', `extends: ${name}\n`);
      expect((await readDocument(file, { overlays: [write('o.yaml', text)] })).document).toHaveProperty('x', 1);
    },
  );

  it('leads by a $ref to a file beside the document', async () => {
    write('part/responses.yaml', 'No: { description: Not ready }');
    const actions = "- target: $.paths['/ready'].get.responses\n  update: { 503: { $ref: 'part/responses.yaml#/No' } }";
    expect(ready(await applied(actions)).responses).toMatchObject({ 503: { description: 'Not ready' } });
  });
});

/** What is said of an overlay, in one line. */
async function said(overlays: readonly string[]): Promise<string> {
  const file = write('openapi.yaml', document);
  try {
    await readDocument(file, { overlays });
  } catch (error) {
    const { message } = error as Error;
    expect(message).not.toMatch(/[\r\n]/);
    return message.replaceAll(/[^\s:`]*overlays-[^/]*\//g, '');
  }
  return 'accepted';
}

describe('a mistake in an overlay is told in one line with its place', () => {
  const action = (text: string, version?: string): string => overlay(text, version);
  it.each<[string, string, string]>([
    [
      'an OpenAPI document',
      document,
      'o.yaml:1:1: expected an overlay, got an OpenAPI document; an overlay begins with overlay: 1.1.0',
    ],
    ['nothing', '', 'o.yaml: expected an overlay, got nothing; an overlay begins with overlay: 1.1.0'],
    [
      'another version',
      action('- {}', '2.0.0'),
      'o.yaml:1:10: overlay: expected Overlay 1.0 or 1.1, such as 1.1.0, got "2.0.0"',
    ],
    [
      'a version that is no text',
      action('- {}', '1.1'),
      'o.yaml:1:10: overlay: expected Overlay 1.0 or 1.1, such as 1.1.0, got 1.1',
    ],
    [
      'no info',
      'overlay: 1.0.0\nactions: []',
      'o.yaml:1:1: expected `info` with a title and a version; add info: { title: Probes, version: 1.0.0 }',
    ],
    ['no action', action('  []'), 'o.yaml:4:3: expected `actions`, a list of at least one'],
    [
      'an action that is none',
      action('- yes'),
      'o.yaml:4:3: expected an action: `target` with `update`, `copy` or `remove`',
    ],
    [
      'an unknown key',
      action('- { target: $, updat: {} }'),
      'o.yaml:4:23: unknown key `updat`; known are target, description, update, copy, remove',
    ],
    ['no target', action('- { update: {} }'), "o.yaml:4:3: target: expected a JSONPath such as $.paths['/ready'].get"],
    ['nothing to do', action('- { target: $ }'), 'o.yaml:4:3: expected `update`, `copy` or `remove` beside `target`'],
    [
      'two things to do',
      action('- { target: $, update: {}, copy: $ }'),
      'o.yaml:4:34: expected `update` or `copy`, got both',
    ],
    [
      'a copy in 1.0',
      action('- { target: $, copy: $ }', '1.0.0'),
      'o.yaml:4:22: copy: expected overlay: 1.1.0 at the top, 1.0 knows no copy',
    ],
    [
      'what is no JSONPath',
      action('- { target: "$.paths[", remove: true }'),
      'o.yaml:4:13: target: expected a JSONPath of RFC 9535, got `$.paths[` (column 9 of it)',
    ],
    [
      'a JSON pointer',
      action('- { target: /paths, remove: true }'),
      'o.yaml:4:13: target: expected a JSONPath of RFC 9535, got `/paths` (column 1 of it)',
    ],
    [
      'a target that is not there',
      action('- target: $.paths.ready\n  update: {}'),
      'o.yaml:4:11: target: expected `$.paths.ready` to be in the document, found nothing there',
    ],
    [
      'a copy of what is not there',
      action('- { target: $, copy: $.x }'),
      'o.yaml:4:22: copy: expected `$.x` to be in the document, found nothing there',
    ],
    [
      'a copy of several',
      action('- { target: $, copy: $.paths.* }'),
      'o.yaml:4:22: copy: expected `$.paths.*` to select one node, it selects 2',
    ],
    [
      'a target of two kinds',
      action('- { target: $.*, update: x }'),
      'o.yaml:4:13: target: expected nodes of one kind, it selects values and objects',
    ],
    [
      'an update of a text by 1.0',
      action('- { target: $.info.title, update: x }', '1.0.0'),
      'o.yaml:4:13: target: expected an object or a list, got neither; update what it is in, or write overlay: 1.1.0 at the top',
    ],
    [
      'an update of a text by an object',
      action('- { target: $.info.title, update: {} }'),
      'o.yaml:4:35: update: expected neither an object nor a list, as its target is none',
    ],
    [
      'an update of an object by a text',
      action('- { target: $.info, update: x }'),
      'o.yaml:4:29: update: expected an object, as its target is one',
    ],
    [
      'an object where a list is',
      action("- target: $.paths['/ready'].get\n  update:\n    tags: {}"),
      'o.yaml:6:11: update: expected a list, as its target is one',
    ],
    [
      'an object where a text is',
      action('- { target: $, update: { info: { title: {} } } }'),
      'o.yaml:4:41: update: expected neither an object nor a list, as its target is none',
    ],
    [
      'the removal of all',
      action('- { target: $, remove: true }'),
      'o.yaml:4:13: target: expected a part of the document to remove, got all of it',
    ],
    [
      'another document',
      overlay('- { target: $, update: {} }', '1.0.0', 'extends: ./other.yaml\n'),
      'o.yaml:3:10: extends: expected the document that it is laid over, got ./other.yaml',
    ],
    [
      'bad syntax',
      'overlay: [',
      'o.yaml:1:11: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a copy of all into itself, again and again',
      action(`- { target: $, update: { x: {} } }\n${'- { target: $.x, copy: $ }\n'.repeat(40)}`),
      'update: ',
    ],
  ])('%s', async (_, text, message) => {
    const told = await said([write('o.yaml', text)]);
    if (message === 'update: ')
      expect(told).toMatch(/^o\.yaml:\d+:24: copy: expected at most \d+ nodes, and \d+ in each other$/);
    else expect(told).toBe(message);
  });

  it('a file that is not there, and a URL', async () => {
    expect(await said([join(temporary.path, 'none.yaml')])).toBe('none.yaml: no such file');
    expect(await said(['https://shop.example/o.yaml'])).toBe(
      'https://shop.example/o.yaml: expected a path to a file, got a URL',
    );
  });
});

/** What is said when the document with an overlay is served. */
async function refusal(actions: string, of: string = document): Promise<string> {
  const file = write('openapi.yaml', of);
  const overlays = [write('o.yaml', overlay(actions))];
  const load = loadContract({ file, overlays, merge: false, simulation: false, checks: ['database'] });
  const told = await load
    .then((contract) => prove(contract, checks))
    .then(
      () => 'accepted',
      ({ message }: Error) => message,
    );
  return told.replaceAll(/[^\s:]*overlays-[^/]*\//g, '');
}

const failing = "- target: $.paths['/ready'].get.responses\n  update: { '503': { description: No } }\n";

describe('what is wrong with a document that an overlay was laid over', () => {
  it.each<[string, string, RegExp | string]>([
    [
      'is placed in the overlay where that says it',
      `${failing}- target: $.paths['/ready'].get\n  update: { x-probe: rediness }`,
      /^o\.yaml:7:22: x-probe: expected one of/,
    ],
    [
      'is placed in the document where that says it',
      `- target: $.paths['/ready'].get\n  update: { x-probe: readiness }`,
      /^openapi\.yaml:12:9: GET \/ready: expected a 503 response/,
    ],
    [
      'is placed by keys that are numbers',
      `${failing}- target: $.paths['/ready'].get\n  update:\n    x-probe: readiness\n    responses: { 200: { content: { application/json: { schema: { enum: [x, y] } } } } }`,
      /^o\.yaml:9:72: GET \/ready cannot be answered/,
    ],
    [
      'is placed where it was copied from',
      `- target: $.paths['/ready'].get.responses\n  update: { 503: { content: { application/json: { schema: { enum: [x, y] } } } } }\n- target: $.paths\n  update: { /live: {} }\n- target: $.paths['/live']\n  copy: $.paths['/ready']\n- target: $.paths['/live'].get\n  update: { x-probe: readiness }`,
      /^o\.yaml:5:67: GET \/live cannot be answered/,
    ],
    [
      'is accepted where there is nothing',
      `${failing}- target: $.paths['/ready'].get\n  update: { x-probe: readiness }`,
      'accepted',
    ],
  ])('%s', async (_, actions, message) => {
    expect(await refusal(actions)).toMatch(message);
  });

  it('is placed in the list that something was removed from', async () => {
    const list = document.replace('name: c, in: query', 'name: c, in: query, schema: { $ref: nowhere.yaml }');
    const message = await refusal(
      "- { target: \"$.paths['/ready'].get.parameters[?@.name == 'a']\", remove: true }",
      list,
    );
    expect(message).toMatch(/^openapi\.yaml:10:49: nowhere\.yaml: no such file$/);
  });
});
