import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createContract } from '../../src/contract/contract.ts';
import { upgraded } from '../../src/contract/custom/upgrade.ts';
import { runtimeValidators } from '../../src/contract/custom/validators.ts';
import type { OpenApiDocument } from '../../src/contract/document.ts';
import { junit } from '../../src/verify/junit.ts';
import { type Finding, type VerifyOptions, verify } from '../../src/verify/verify.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const document = (paths: object, components: object = {}, openapi = '3.1.0'): OpenApiDocument =>
  structuredClone({ openapi, info: { title: 'Shop', version: '1' }, paths, components }) as unknown as OpenApiDocument;

const json = (schema: object): object => ({ 200: { content: { 'application/json': { schema } } } });
const get = (responses: object, more: object = {}): object => ({
  '/x': { get: { operationId: 'x', responses, ...more } },
});

/** What is found about a service that answers everything so. */
async function found(
  given: OpenApiDocument,
  answer: Answer,
  options: Partial<VerifyOptions> = {},
): Promise<readonly Finding[]> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const read = upgraded(given);
  try {
    return await verify({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      contract: createContract(read, {}),
      validatorsFor: (operation) => runtimeValidators(read, [operation]),
      timeoutMs: 2_000,
      head: false,
      accept: false,
      ...options,
    });
  } finally {
    server.close();
  }
}

const says =
  (body: string | Buffer, type = 'application/json', status = 200): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) }).end(body);

const whole = (findings: readonly Finding[]) =>
  findings.map(({ method, path, result, why }) => [method, path, result, why]);

const up = { type: 'object', properties: { status: { type: 'string' } } };

describe('a service that keeps to its document', () => {
  it.each<[string, OpenApiDocument, Answer]>([
    ['in a type with a charset', document(get(json(up))), says('{"status":"up"}', 'application/json; charset=utf-8')],
    [
      'in a second media type',
      document(get({ 200: { content: { 'text/html': {}, 'text/plain': {} } } })),
      says('ok', 'text/plain'),
    ],
    ['in a range of types', document(get({ 200: { content: { 'image/*': {} } } })), says('GIF', 'image/gif')],
    ['in capitals', document(get({ 200: { content: { 'Application/JSON': {} } } })), says('{}')],
    [
      'with a status of a range',
      document(get({ '2XX': {}, '4XX': { content: { 'text/plain': {} } } })),
      says('no', 'text/plain', 404),
    ],
    [
      'with any other status',
      document(get({ 200: {}, default: { content: { 'text/plain': {} } } })),
      says('no', 'text/plain', 418),
    ],
    [
      'without what is writeOnly',
      document(get(json({ type: 'object', required: ['a', 'b'], properties: { a: {}, b: { writeOnly: true } } }))),
      says('{"a":1}'),
    ],
    [
      'with a header that is a number',
      document(get({ 204: { headers: { 'X-Left': { required: true, schema: { type: 'integer' } } } } })),
      (_, response) => response.writeHead(204, { 'x-left': '5' }).end(),
    ],
  ])('%s is found to', async (_, given, answer) => {
    expect(whole(await found(given, answer))).toEqual([['GET', '/x', 'kept', undefined]]);
  });
});

describe('a service that lies', () => {
  const schemas = { Up: { type: 'object', properties: { status: { type: 'string' } } } };
  const beside = { $ref: '#/components/schemas/Up', required: ['status'] };

  it.each<[string, OpenApiDocument, Answer, RegExp]>([
    [
      'about a keyword beside a $ref',
      document(get(json(beside)), { schemas }),
      says('{}'),
      /must have required property 'status'/,
    ],
    [
      'about what is writeOnly',
      document(
        get(json({ type: 'object', properties: { password: { type: 'string', writeOnly: true } } })),
        {},
        '3.0.3',
      ),
      says('{"password":"hunter2"}'),
      /^body\/password/,
    ],
    [
      'in bytes that are no UTF-8',
      document(get(json({}))),
      says(Buffer.from([0x22, 0xff, 0x22])),
      /^the body is not UTF-8$/,
    ],
    [
      'with a key twice',
      document(get(json({}))),
      says('{"a":1,"b":{"a":2,"a":3}}'),
      /^a key stands twice in the body$/,
    ],
    [
      'in a type that is not declared',
      document(get(json({}))),
      says('{}', 'text/html'),
      /^media type text\/html, declared is/,
    ],
    ['with a body that is no JSON', document(get(json({}))), says('up'), /^the body is not JSON$/],
    [
      'without the type',
      document(get(json({}))),
      (_, response) => response.end('{}'),
      /^media type missing, declared is/,
    ],
    [
      'with a status that is not declared',
      document(get({ 200: {}, '4XX': {} })),
      says('', 'text/plain', 500),
      /^undeclared status 500/,
    ],
    [
      'with a header that is no number',
      document(get({ 204: { headers: { 'X-Left': { schema: { type: 'integer' } } } } })),
      (_, response) => response.writeHead(204, { 'x-left': 'many' }).end(),
      /^header X-Left must be integer, got "many"$/,
    ],
  ])('%s is found out', async (_, given, answer, why) => {
    expect(await found(given, answer)).toMatchObject([{ result: 'broken', why: expect.stringMatching(why) }]);
  });

  it('about the length, with HEAD, is found out', async () => {
    const given = document(get(json({})));
    const answer: Answer = ({ method }, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': method === 'HEAD' ? 7 : 2 })
        .end(method === 'HEAD' ? '' : '{}');
    expect(whole(await found(given, answer))).toEqual([['GET', '/x', 'kept', undefined]]);
    expect(whole(await found(given, answer, { head: true }))).toEqual([
      ['GET', '/x', 'kept', undefined],
      ['HEAD', '/x', 'broken', 'Content-Length 7, with GET it is 2'],
    ]);
  });

  it('about what it can speak is found out', async () => {
    const given = document(get({ 200: { content: { 'application/json': {}, 'text/plain': {}, '*/*': {} } } }));
    const findings = await found(given, says('{}'), { accept: true });
    expect(findings.map(({ accept, result, why }) => [accept, result, why])).toEqual([
      [undefined, 'kept', undefined],
      ['application/json', 'kept', undefined],
      ['text/plain', 'broken', 'media type application/json, asked for was text/plain'],
    ]);
  });
});

describe('what is asked', () => {
  const parameters = {
    Id: { name: 'id', in: 'path', required: true, example: 'a b' },
    Page: { name: 'page', in: 'query', required: true, schema: { $ref: '#/components/schemas/Page' } },
  };
  const components = { parameters, schemas: { Page: { type: 'integer', default: 2 } } };
  const item = (operation: object): object => ({
    '/things/{id}': {
      parameters: [{ $ref: '#/components/parameters/Id' }],
      get: { responses: { 200: {} }, ...operation },
    },
  });

  it('takes the examples of parameters, wherever they are declared', async () => {
    const asked: unknown[] = [];
    const wanted = [
      { $ref: '#/components/parameters/Page' },
      { name: 'X-Shop', in: 'header', required: true, examples: { one: { value: 'main' } } },
      { name: 'size', in: 'query', schema: { type: 'integer', default: 5 } },
    ];
    const answer: Answer = ({ url, headers }, response) => {
      asked.push([url, headers['x-shop'], headers.authorization]);
      response.end();
    };
    const given = document(item({ parameters: wanted }), components);
    expect(await found(given, answer, { token: 'hunter2-hunter2-hunter2' })).toMatchObject([{ result: 'kept' }]);
    expect(asked).toEqual([['/things/a%20b?page=2', 'main', 'Bearer hunter2-hunter2-hunter2']]);
  });

  it('is HEAD where it is declared itself, and what is told of it is what is told of any', async () => {
    const head = { '/x': { head: { operationId: 'x', responses: { 200: {} } } } };
    const findings = await found(document(head), (_, response) =>
      response.writeHead(200, { 'content-length': 2 }).end(),
    );
    expect(findings).toEqual([{ operation: 'x', method: 'HEAD', path: '/x', result: 'kept', status: 200 }]);
  });

  it('is nothing that changes anything, and what is not asked is named', async () => {
    const given = document({
      '/x': { post: { operationId: 'make', responses: { 200: {} } }, head: { responses: { 200: {} } } },
      '/x/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }], responses: { 200: {} } } },
      '/y/{id}': { get: { responses: { 200: {} } } },
      '/z': { get: { responses: json({ $ref: '#/components/schemas/No' }) } },
    });
    const asked: unknown[] = [];
    const findings = await found(given, ({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.end();
    });
    expect(whole(findings)).toEqual([
      ['POST', '/x', 'skipped', 'not asked, as it may change something'],
      ['HEAD', '/x', 'kept', undefined],
      ['GET', '/x/{id}', 'skipped', 'needs the path parameter id, which has no example'],
      ['GET', '/y/{id}', 'skipped', 'needs the path parameter id, which is not declared'],
      [
        'GET',
        '/z',
        'skipped',
        'the document: expected `#/components/schemas/No` to be in the document, found nothing there',
      ],
    ]);
    expect(asked).toEqual(['HEAD /x']);
  });

  it('is told as JUnit, whatever there is in it', () => {
    const common = { operation: 'a<b', method: 'GET', path: '/x' } as const;
    const text = junit([
      { ...common, result: 'kept', status: 200 },
      { ...common, accept: 'text/plain', result: 'broken', why: 'got "\u0000<&>"' },
      { ...common, result: 'skipped', why: 'not asked' },
    ]);
    expect(text).toContain('<testsuites tests="3" failures="1" skipped="1">');
    expect(text).toContain(
      'name="GET /x as text/plain"><failure message="got &quot; &lt;&amp;&gt;&quot;"/></testcase>',
    );
    expect(text).toContain('<testcase classname="a&lt;b" name="GET /x"/>');
  });
});
