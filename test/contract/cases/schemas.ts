import { type Case, probing, told } from './case.ts';

/** A 3.1 document whose probe has a body of this schema, and some components. */
const body = (schema: string, components = '{}', openapi = '3.1.0'): string =>
  probing(told(schema), `components: { schemas: ${components} }`, openapi);
const old = (schema: string, components = '{}'): string => body(schema, components, '3.0.3');
const word = '{ type: string }';
const closed = (properties: string, more = ''): string =>
  `{ type: object, additionalProperties: false, properties: ${properties}${more === '' ? '' : `, ${more}`} }`;
const well = (expected: unknown): { readonly '/ready': readonly [readonly [number, unknown], number] } => ({
  '/ready': [[200, expected], 503],
});

/** A document whose two answers are one choice of two schemas, whose `status` says these. */
const choosing = (one: string, other: string): string =>
  probing(
    "{ 2XX: { content: &c { application/json: { schema: { anyOf: [{ $ref: '#/components/schemas/A' }, { $ref: '#/components/schemas/B' }] } } } }, 5XX: { content: *c } }",
    `components: { schemas: { A: ${closed(`{ status: { ${one} } }`)}, B: ${closed(`{ status: { ${other} } }`)} } }`,
  );

/** How schemas are read, by the version of the document. */
export const schemas: readonly Case[] = [
  [
    'keywords beside a $ref, in 3.1',
    body(
      "{ $ref: '#/components/schemas/S', required: [status, title] }",
      `{ S: ${closed(`{ status: ${word}, title: ${word} }`)} }`,
    ),
    well({ status: 'up', title: 'Shop' }),
  ],
  [
    'keywords beside a $ref that no report satisfies, in 3.1',
    body(
      "{ $ref: '#/components/schemas/S', maxProperties: 1 }",
      `{ S: ${closed(`{ status: ${word}, title: ${word} }`)} }`,
    ),
    /:4:\d+: GET \/ready cannot be answered while all is well: 200: body must NOT have more than 1 properties$/,
  ],
  [
    'a word beside the $ref of a property, in 3.1',
    body(closed("{ status: { $ref: '#/components/schemas/W', const: fine } }"), `{ W: ${word} }`),
    well({ status: 'fine' }),
  ],
  [
    'a word beside the $ref of a property, which counts for nothing in 3.0',
    old(closed("{ status: { $ref: '#/components/schemas/W', enum: [never] } }"), `{ W: ${word} }`),
    well({ status: 'up' }),
  ],
  [
    'Probity’s own keywords beside a $ref, in both',
    old(
      closed("{ state: { $ref: '#/components/schemas/W', x-report: status, x-words: { up: OK } } }"),
      `{ W: ${word} }`,
    ),
    well({ state: 'OK' }),
  ],
  [
    'a word behind an allOf of one, as generators write it',
    old(closed("{ status: { allOf: [{ $ref: '#/components/schemas/W' }] } }"), '{ W: { type: string, enum: [ok] } }'),
    well({ status: 'ok' }),
  ],
  [
    'an anchor',
    body(
      "{ $ref: '#health' }",
      `{ H: { $anchor: health, ...${word} } }`.replace(
        '...{ type: string }',
        closed(`{ status: ${word} }`).slice(2, -2),
      ),
    ),
    well({ status: 'up' }),
  ],
  [
    'an anchor that is not there',
    body("{ $ref: '#health' }"),
    /:4:\d+: expected an \$anchor named health, there is none$/,
  ],
  [
    'a schema with a name, whose pointers are its own',
    body(
      "{ $ref: '#/components/schemas/H' }",
      `{ H: { $id: 'https://shop.example/h', type: object, additionalProperties: false, properties: { status: { $ref: '#/$defs/s' } }, $defs: { s: ${word} } } }`,
    ),
    well({ status: 'up' }),
  ],
  [
    'a schema by its name, from another one by a relative name',
    body(
      "{ $ref: 'https://shop.example/h' }",
      `{ H: { $id: 'https://shop.example/h', type: object, additionalProperties: false, properties: { status: { $ref: s } } }, S: { $id: 'https://shop.example/s', const: good } }`,
    ),
    well({ status: 'good' }),
  ],
  [
    'a $dynamicRef to what has its name alone',
    body(
      "{ $ref: '#/components/schemas/A' }",
      "{ A: { type: object, additionalProperties: false, properties: { status: { $dynamicRef: '#value' } } }, V: { $dynamicAnchor: value, const: good } }",
    ),
    well({ status: 'good' }),
  ],
  [
    'a $dynamicRef that depends on the way to it',
    body(
      "{ $ref: 'https://shop.example/texts' }",
      "{ T: { $id: 'https://shop.example/texts', $ref: any, $defs: { v: { $dynamicAnchor: value, type: string } } }, A: { $id: 'https://shop.example/any', type: object, additionalProperties: { $dynamicRef: '#value' }, $defs: { v: { $dynamicAnchor: value } } } }",
    ),
    /:5:\d+: expected `#value` to lead to one schema, 2 are named value; write a \$ref to the one that is meant$/,
  ],
  [
    'null, which `nullable` adds to the type and not to the enum, in 3.0',
    old(
      closed(
        '{ status: { type: string, nullable: true, enum: [up] }, detail: { type: string, nullable: true, enum: [Oh, No] } }',
        'required: [detail]',
      ),
    ),
    /200: body\/detail must be equal to one of the allowed values/,
  ],
  [
    'examples that look like schemas, in 3.0',
    old(
      `{ type: object, additionalProperties: false, example: { nullable: true, type: string, exclusiveMinimum: true, $ref: 'https://no.example/' }, properties: { status: ${word} } }`,
    ),
    well({ status: 'up' }),
  ],
  [
    'examples that look like references, and schemas of one name',
    probing(
      told(closed(`{ status: ${word} }`)),
      "  /other: { get: { operationId: other, responses: { '200': { description: Ok, content: { application/json: { example: { $ref: 'nowhere.yaml' }, examples: { a: { value: { $id: 'https://x/a', type: object } }, b: { value: { $id: 'https://x/a', type: string, $ref: '#/no' } } } } } } } } }",
    ),
    well({ status: 'up' }),
  ],
  [
    'properties that are called like keywords',
    body(
      closed(
        `{ status: ${word}, $ref: ${word}, $id: ${word}, example: ${word}, default: ${word}, x-words: ${word}, properties: ${word} }`,
      ),
    ),
    well({ status: 'up' }),
  ],
  [
    'what is writeOnly is neither required nor shown',
    old(closed(`{ status: ${word}, version: { type: string, writeOnly: true } }`, 'required: [status, version]')),
    well({ status: 'up' }),
  ],
  [
    'what is writeOnly in a part',
    body(
      "{ required: [status, secret], allOf: [{ $ref: '#/components/schemas/P' }] }",
      `{ P: ${closed(`{ status: ${word}, secret: { $ref: '#/components/schemas/Q' } }`)}, Q: { type: string, writeOnly: true } }`,
    ),
    well({ status: 'up' }),
  ],
  [
    'properties beside anyOf',
    body(
      closed(
        `{ status: ${word}, title: ${word}, version: ${word} }`,
        'anyOf: [{ required: [nothing] }, { required: [title] }]',
      ),
    ),
    well({ status: 'up', title: 'Shop', version: '7' }),
  ],
  [
    'properties beside oneOf, which has more',
    body(
      `{ type: object, unevaluatedProperties: false, properties: { status: ${word} }, oneOf: [{ required: [region], properties: { region: ${word} } }, { required: [title], properties: { title: ${word} } }] }`,
    ),
    well({ status: 'up', title: 'Shop' }),
  ],
  [
    'the branch that needs no other word, though another one would do',
    probing(
      '{ 2XX: { description: Yes, content: &c { application/json: { schema: { oneOf: [{ $ref: "#/components/schemas/Up" }, { $ref: "#/components/schemas/Down" }] } } } }, 5XX: { description: No, content: *c } }',
      `components: { schemas: { Up: ${closed('{ status: { const: UP } }', 'required: [status]')}, Down: ${closed('{ status: { const: DOWN } }', 'required: [status]')} } }`,
    ),
    {
      '/ready': [
        [200, { status: 'UP' }],
        [503, { status: 'DOWN' }],
      ],
    },
  ],
  [
    'branches whose words mean nothing to anybody: the first one could be a lie',
    choosing('const: Good', 'const: Bad'),
    /:4:\d+: GET \/ready cannot be answered while .*: which of Good, Bad is meant nobody has said; add x-words: \{ up: …, down: … \} to both$/,
  ],
  [
    'branches whose words are said the meaning of',
    choosing('const: Good, x-words: &w { up: Good, down: Bad }', 'const: Bad, x-words: *w'),
    {
      '/ready': [
        [200, { status: 'Good' }],
        [503, { status: 'Bad' }],
      ],
    },
  ],
  [
    'branches of one word, of which the first that fits will do',
    choosing('const: Told', 'const: Told'),
    {
      '/ready': [
        [200, { status: 'Told' }],
        [503, { status: 'Told' }],
      ],
    },
  ],
  [
    'objects to choose from, in any type: they are no text',
    probing(
      `{ '204': {}, '503': { content: { '*/*': { schema: { anyOf: [${closed(`{ status: ${word} }`)}, ${closed(`{ detail: ${word} }`)}] } } } } }`,
    ),
    { '/ready': [204, [503, { status: 'down' }]] },
  ],
  [
    'a discriminator with a mapping',
    probing(
      '{ 2XX: { description: Yes, content: &c { application/json: { schema: { oneOf: [{ $ref: "#/components/schemas/Bad" }, { $ref: "#/components/schemas/Good" }], discriminator: { propertyName: status, mapping: { up: Good, down: "#/components/schemas/Bad" } } } } } }, 5XX: { description: No, content: *c } }',
      `components: { schemas: { Good: ${closed(`{ status: ${word}, title: ${word} }`, 'required: [status, title]')}, Bad: ${closed(`{ status: ${word}, detail: ${word} }`, 'required: [status]')} } }`,
    ),
    {
      '/ready': [
        [200, { status: 'up', title: 'Shop' }],
        [503, { status: 'down', detail: 'Database not available' }],
      ],
    },
  ],
  [
    'a discriminator by the names of the schemas',
    body(
      "{ oneOf: [{ $ref: '#/components/schemas/Shop' }], discriminator: { propertyName: kind } }",
      `{ Shop: ${closed(`{ kind: ${word}, status: ${word} }`, 'required: [kind]')} }`,
    ),
    well({ kind: 'Shop', status: 'up' }),
  ],
  [
    'a schema that leads back to itself',
    body(
      "{ $ref: '#/components/schemas/V' }",
      "{ V: { anyOf: [{ $ref: '#/components/schemas/W' }, { type: object }] }, W: { allOf: [{ $ref: '#/components/schemas/V' }] } }",
    ),
    /:5:\d+: expected a schema that ends, this one leads back to itself by its `\$ref`s$/,
  ],
  [
    'a $ref that is all that it leads to',
    body(
      "{ $ref: '#/components/schemas/V' }",
      "{ V: { $ref: '#/components/schemas/W' }, W: { $ref: '#/components/schemas/V' } }",
    ),
    /:\d+:\d+: expected `#\/components\/schemas\/\w` to end somewhere, it leads back$/,
  ],
  [
    'a tree, which has an end',
    body(
      "{ $ref: '#/components/schemas/T' }",
      `{ T: ${closed(`{ status: ${word}, children: { type: array, items: { $ref: '#/components/schemas/T' } } }`)} }`,
    ),
    well({ status: 'up' }),
  ],
  [
    'a $ref that leads nowhere',
    body("{ $ref: '#/components/schemas/No' }"),
    /:4:\d+: expected `#\/components\/schemas\/No` to be in the document, found nothing there$/,
  ],
  [
    'a $ref that leads nowhere, of an operation that is left alone',
    probing(
      told(closed(`{ status: ${word} }`)),
      "  /other: { get: { operationId: other, responses: { '200': { description: Ok, content: { application/json: { schema: { $ref: '#/no' } } } } } } }",
    ),
    well({ status: 'up' }),
  ],
  [
    'a type that there is none of',
    body('{ type: objekt }'),
    /:4:\d+: .*expected a schema that can be used, got one with: type must be JSONType/,
  ],
];
