import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadContract } from '../../src/contract/custom/load.ts';
import { prove } from '../../src/probes/proof.ts';
import { temporaryFolder } from '../servers/process.ts';

const temporary = temporaryFolder('bundle');
afterAll(() => temporary.remove());
let folder: string;
let rounds = 0;
beforeEach(() => {
  folder = join(temporary.path, String(rounds++));
});

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const root = (schema: string, rest = ''): string =>
  write(
    'openapi.yaml',
    `openapi: 3.1.0
info: { title: Shop, version: '7' }
paths:
  /a: { get: { operationId: a, x-probe: liveness, responses: &r { 200: { content: { application/json: { schema: ${schema} } } }, 503: {} } } }
  /b: { get: { operationId: b, x-probe: liveness, responses: *r } }
${rest}`,
  );

const load = (file: string) => loadContract({ file, merge: false, simulation: false, checks: [] });

async function told(file: string): Promise<unknown[]> {
  const samples = prove(await load(file), []).filter(({ state }) => state === 'all is well');
  return samples.map(({ answer }) => JSON.parse(String(answer.body)));
}

const closed = (properties: string): string => `type: object\nadditionalProperties: false\nproperties: ${properties}\n`;

describe('a document over several files', () => {
  it('has the parts where they are referred to, as often as they are', async () => {
    write('s.yaml', closed("{ status: { $ref: 'words.yaml#/Status' }, title: { $ref: './words.yaml#/Title' } }"));
    write('words.yaml', "Status: { $ref: '#/Fine' }\nTitle: { $ref: deep/title.json }\nFine: { const: fine }\n");
    write('deep/title.json', '{ "$ref": "../words.yaml#/Fine" }');
    expect(await told(root('{ $ref: s.yaml }'))).toEqual([
      { status: 'fine', title: 'fine' },
      { status: 'fine', title: 'fine' },
    ]);
  });

  it('may have parts that contain themselves, and the document', async () => {
    write('tree.yaml', closed("{ status: { $ref: 'openapi.yaml#/components/schemas/W' }, items: { $ref: '#' } }"));
    const file = root('{ $ref: tree.yaml }', 'components: { schemas: { W: { const: good } } }');
    expect(await told(file)).toEqual([{ status: 'good' }, { status: 'good' }]);
  });

  it('keeps what stands beside a $ref to another file', async () => {
    write('s.yaml', closed('{ status: { type: string }, title: { type: string } }'));
    await expect(told(root('{ $ref: s.yaml, maxProperties: 1 }'))).rejects.toThrow(
      /openapi\.yaml:4:\d+: GET \/a .*must NOT have more than 1 properties$/,
    );
  });

  it('leaves references by the name of a schema alone, and examples', async () => {
    write('s.yaml', `${closed('{ status: { const: named } }')}example: { $ref: nowhere.yaml }\n`);
    const file = root(
      "{ $ref: 'https://shop.example/s' }",
      'components: { schemas: { S: { $ref: s.yaml }, T: { $id: "https://shop.example/s", $ref: w }, W: { $id: "https://shop.example/w", type: object, properties: { status: { const: named } }, additionalProperties: false } } }',
    );
    expect(await told(file)).toEqual([{ status: 'named' }, { status: 'named' }]);
  });

  it.each([
    ['{ $ref: no.yaml }', '', /openapi\.yaml:4:\d+: \S*no\.yaml: no such file$/],
    ['{ $ref: "s.yaml#/No" }', 'Yes: {}', /openapi\.yaml:4:\d+: expected `s\.yaml#\/No` to be there, found nothing$/],
    ['{ $ref: "s.yaml#/No" }', 'No: 5', /openapi\.yaml:4:\d+: expected `s\.yaml#\/No` to be there, found nothing$/],
    ['{ $ref: s.yaml }', '$ref: t.yaml', /s\.yaml:1:\d+: \S*t\.yaml: no such file$/],
    ['{ $ref: "https://no.example/s.yaml" }', '', /openapi\.yaml:4:\d+: expected a \$ref into the document/],
  ])('whose %s leads nowhere is refused, with the place: %s', async (schema, other, message) => {
    if (other !== '') write('s.yaml', other);
    await expect(load(root(schema))).rejects.toThrow(message);
  });
});
