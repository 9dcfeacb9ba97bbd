import { type Case, probing } from './case.ts';

const no = "'503': { description: No }";
/** A probe whose success speaks these media types. */
const speaking = (content: string): string => probing(`{ '200': { description: Yes, content: ${content} }, ${no} }`);

const report = '{ schema: { type: object, properties: { status: { type: string } } } }';
const text = '{ schema: { type: string } }';
const type = (type: string) => ({ 'Content-Type': type });
const up = { status: 'up' };

/** Which of the declared responses is answered, and in which media type. */
export const responses: readonly Case[] = [
  ['200 and 503', probing(`{ '200': { description: Yes }, ${no} }`), { '/ready': [200, 503] }],
  ['statuses that are numbers', probing('{ 200: { description: Yes }, 503: {} }'), { '/ready': [200, 503] }],
  [
    'a mistake under a status that is a number, at its place',
    probing(
      "{\n    200: { content: { 'application/json': {\n    schema: { properties: { status: { const: 1 } }, required: [no] } } } },\n    503: {} }",
    ),
    /:6:\d+: GET \/ready cannot be answered while all is well: 200: body must have required property 'no'/,
  ],
  ['a range for both', probing('{ 2XX: { description: Yes }, 5XX: { description: No } }'), { '/ready': [200, 503] }],
  ['a range in small letters', probing('{ 2xx: { description: Yes }, 5xx: {} }'), { '/ready': [200, 503] }],
  ['`default` for both', probing('{ default: { description: Whatever } }'), { '/ready': [200, 503] }],
  [
    '`default` for a failure',
    probing("{ '204': { description: Yes }, default: { description: No, content: { application/problem+json: {} } } }"),
    { '/ready': [204, [503, { detail: 'Database not available', status: 503 }]] },
  ],
  ['one other 5xx', probing("{ '204': {}, '500': {}, '404': {} }"), { '/ready': [204, 500] }],
  ['one other 5xx before a range', probing("{ '204': {}, '500': {}, 5XX: {} }"), { '/ready': [204, 500] }],
  ['503 before another one', probing("{ '204': {}, '500': {}, '503': {} }"), { '/ready': [204, 503] }],
  ['a range before several others', probing("{ '204': {}, '500': {}, '502': {}, 5XX: {} }"), { '/ready': [204, 503] }],
  ...["'304'", "'401'", "'422'", '4XX', "'404', '429'"].map((keys): Case => {
    const others = keys.split(', ').map((key) => `${key}: { description: Not this }`);
    return [
      `nothing below 500 for a failure: ${keys}`,
      probing(`{ '200': { description: Yes }, ${others.join()} }`),
      /:4:\d+: GET \/ready: expected a 503 response .*declared is 200, .*; add '503': \{ description: Not ready \}$/,
    ];
  }),
  [
    'several 5xx',
    probing("{ '200': {}, '500': {}, '502': {} }"),
    /expected a 503 response .*declared is 200, 500, 502;/,
  ],
  ['no responses', probing('{}'), /:4:\d+: GET \/ready: expected a 2xx response, declared is none; add '200': /],
  [
    'no success',
    probing(`{ ${no} }`),
    /expected a 2xx response, declared is 503; add '200': \{ description: Ready \}$/,
  ],
  [
    'a charset',
    speaking(`{ 'application/json; charset=utf-8': ${report} }`),
    { '/ready': [[200, up, type('application/json; charset=utf-8')], 503] },
  ],
  ['capitals', speaking(`{ Application/JSON: ${report} }`), { '/ready': [[200, up, type('Application/JSON')], 503] }],
  [
    'a parameter',
    speaking(`{ 'application/vnd.shop+json; v="1"': ${report} }`),
    { '/ready': [[200, up, type('application/vnd.shop+json; v="1"')], 503] },
  ],
  ['any type', speaking(`{ '*/*': ${report} }`), { '/ready': [[200, up, type('application/json')], 503] }],
  [
    'any type, of a text',
    speaking(`{ '*/*': ${text} }`),
    { '/ready': [[200, '[+]database ok\nreadiness check passed\n', type('text/plain; charset=utf-8')], 503] },
  ],
  [
    'any application',
    speaking(`{ 'application/*': ${report} }`),
    { '/ready': [[200, up, type('application/json')], 503] },
  ],
  [
    'any text',
    speaking(`{ 'text/*': ${text} }`),
    { '/ready': [[200, '[+]database ok\nreadiness check passed\n', type('text/plain; charset=utf-8')], 503] },
  ],
  [
    'a page before JSON',
    speaking(`{ text/html: ${text}, application/json: ${report} }`),
    { '/ready': [[200, up, type('application/json')], 503] },
  ],
  [
    'text that is an object, before JSON',
    speaking(`{ text/plain: ${report}, application/json: ${report}, text/json: ${report} }`),
    { '/ready': [[200, up, type('application/json')], 503] },
  ],
  [
    'another charset before JSON',
    speaking(`{ 'application/json; charset=utf-16': ${report}, application/json: ${report} }`),
    { '/ready': [[200, up, type('application/json')], 503] },
  ],
  ...['text/html', 'application/xml', 'image/*', 'json', 'text/plain; charset=latin1'].map((key): Case => {
    const expected = `expected no content, JSON or text/plain, got ${key.replace('*', '\\*')}`;
    return [
      `nothing but ${key}`,
      speaking(`{ '${key}': ${text} }`),
      new RegExp(`:4:\\d+: GET /ready .*200: ${expected}$`),
    ];
  }),
  [
    'a Content-Type among the headers, which counts for nothing',
    probing(`{ '204': { headers: { content-type: { required: true, schema: { const: x } } } }, ${no} }`),
    { '/ready': [204, 503] },
  ],
  ...(
    [
      ['{ type: integer, const: 5 }', '5'],
      ['{ const: 1.5 }', '1.5'],
      ['{ type: boolean, const: true }', 'true'],
      ['{ type: string, enum: [no-store] }', 'no-store'],
      ['{ type: integer, enum: [30] }', '30'],
      ['{ type: string, const: "5" }', '5'],
    ] as const
  ).map(([schema, value]): Case => {
    const header = `{ X-Fixed: { required: true, schema: ${schema} } }`;
    return [
      `a header that is fixed by ${schema}`,
      probing(`{ '204': { headers: ${header} }, ${no} }`),
      { '/ready': [[204, undefined, { 'X-Fixed': value }], 503] },
    ];
  }),
  [
    'a header that nobody can fill in',
    probing(`{ '204': { headers: { X-Any: { required: true, schema: { type: string } } } }, ${no} }`),
    /:4:\d+: GET \/ready cannot be answered while .*: 204: missing header X-Any/,
  ],
];
