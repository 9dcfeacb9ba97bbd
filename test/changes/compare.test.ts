import { describe, expect, it } from 'vitest';
import { compare } from '../../src/changes/compare.ts';
import { upgraded } from '../../src/contract/custom/upgrade.ts';
import { parseYaml } from '../../src/contract/custom/yaml.ts';
import type { OpenApiDocument } from '../../src/contract/document.ts';
import { corpus } from '../adopt/corpus.ts';

const base = `openapi: 3.1.0
info: { title: Shop, version: 1.0.0 }
servers: [{ url: /v1 }]
security: [{ key: [read] }]
paths:
  /ready:
    get:
      operationId: ready
      x-probe: { probe: readiness, checks: [database, cache] }
      security: []
      responses:
        '200': { description: Ready, content: { application/json: { schema: { $ref: '#/components/schemas/State' } } } }
        '503': { description: Not ready }
  /orders/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: string } }
    get:
      operationId: getOrder
      x-access: checks
      parameters:
        - { name: limit, in: query, schema: { type: integer, maximum: 100 } }
      responses:
        '200':
          description: An order
          headers: { ETag: { required: true, schema: { type: string } } }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Order' } }
            text/csv: {}
        '404': { description: None }
        '5XX': { description: Broken }
    put:
      operationId: putOrder
      requestBody:
        content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }
      responses: { '204': { description: Put } }
x-errors:
  '404': { description: None, content: { application/json: { schema: { type: object, properties: { title: {} } } } } }
components:
  schemas:
    State: { type: object, required: [status], properties: { status: { enum: [up, down] } } }
    Order:
      type: object
      required: [id]
      properties:
        id: { type: string }
        colour: { enum: [red, green] }
        count: { type: integer, minimum: 1 }
`;

const versionOf = (text: string) => ({
  document: upgraded(parseYaml(text, 'openapi.yaml').value as OpenApiDocument),
  place: (ref: string) => ref,
});

/** What is broken by a change of the base, as `GET /ready: what (whom)`. */
function broken(change: (text: string) => string): string[] {
  const now = change(base);
  expect(now).not.toBe(base);
  return compare(versionOf(base), versionOf(now)).map(({ operation, what, whom, why, place }) => {
    expect(why).toMatch(/^[a-z]/);
    expect(place).toMatch(/^#\//);
    return `${operation}: ${what} (${whom})`;
  });
}

const put = (old: string, now: string) => (text: string) => text.replace(old, now);
/** Without the lines from one that has this to one that has that. */
const without = (from: string, to: string) => (text: string) =>
  text.slice(0, text.indexOf(from)) + text.slice(text.indexOf(to));

describe('a change of a document breaks', () => {
  it.each<[string, (text: string) => string, string[]]>([
    [
      'a path that is gone',
      without('  /ready:', '  /orders'),
      ['GET /ready: is no longer declared (probers and clients)'],
    ],
    ['a method that is gone', without('    put:', 'x-errors'), ['PUT /orders/{id}: is no longer declared (clients)']],
    [
      'another base path',
      put('/v1', '/v2'),
      [
        'GET /ready: is no longer at /v1/ready, but at /v2/ready (probers and clients)',
        'GET /orders/{id}: is no longer at /v1/orders/{id}, but at /v2/orders/{id} (clients)',
        'PUT /orders/{id}: is no longer at /v1/orders/{id}, but at /v2/orders/{id} (clients)',
      ],
    ],
    [
      'another operationId',
      put('operationId: getOrder', 'operationId: order'),
      ['GET /orders/{id}: operationId: order, it was getOrder (clients)'],
    ],
    [
      'a probe that is none',
      put('      x-probe: { probe: readiness, checks: [database, cache] }\n', ''),
      ['GET /ready: x-probe: nothing, it was readiness (probers)'],
    ],
    [
      'a probe of another kind',
      put('probe: readiness', 'probe: liveness'),
      ['GET /ready: x-probe: liveness, it was readiness (probers)'],
    ],
    [
      'a probe of other checks',
      put('[database, cache]', '[cache]'),
      ['GET /ready: x-probe: checks are cache, they were cache, database (probers)'],
    ],
    [
      'a probe without heartbeats',
      put('cache] }', 'cache], heartbeats: false }'),
      ['GET /ready: x-probe: heartbeats do not count any more (probers)'],
    ],
    [
      'a status of a probe',
      put("'503'", "'500'"),
      [
        'GET /ready: a probe that fails answers 500, it was 503 (probers)',
        'GET /ready: 503 is no longer declared (clients)',
      ],
    ],
    [
      'security of a probe',
      put('      security: []\n', ''),
      ['GET /ready: security: nothing is not enough any more, expected is key (probers and clients)'],
    ],
    [
      'more scopes',
      put('[read]', '[read, write]'),
      [
        'GET /orders/{id}: security: key is not enough any more, expected is key (clients)',
        'PUT /orders/{id}: security: key is not enough any more, expected is key (clients)',
      ],
    ],
    [
      'another access',
      put('x-access: checks', 'x-access: metrics'),
      ['GET /orders/{id}: x-access: metrics, it was checks (clients)'],
    ],
    ['a success that is gone', put("'204'", "'200'"), ['PUT /orders/{id}: 204 is no longer declared (clients)']],
    [
      'a media type that is gone',
      put('            text/csv: {}\n', ''),
      ['GET /orders/{id}: 200 has no text/csv any more, but application/json (clients)'],
    ],
    [
      'a body that is gone',
      put(", content: { application/json: { schema: { $ref: '#/components/schemas/State' } } }", ''),
      ['GET /ready: 200 has no application/json any more, but no body (clients)'],
    ],
    [
      'a header that may be missing',
      put('required: true, schema: { type: string } } }', 'schema: { type: string } } }'),
      ['GET /orders/{id}: 200 header ETag may be missing (clients)'],
    ],
    [
      'a word that is new in an answer',
      put('[up, down]', '[up, down, degraded]'),
      ['GET /ready: 200 application/json: `status` may be "degraded" (clients)'],
    ],
    [
      'a property that is gone from answers',
      put(', properties: { status: { enum: [up, down] } }', ''),
      ['GET /ready: 200 application/json: `status` is no longer declared (clients)'],
    ],
    [
      'a property that may be missing',
      put('required: [status], ', ''),
      ['GET /ready: 200 application/json: `status` may be missing (clients)'],
    ],
    [
      'a word that is gone from requests',
      put('[red, green]', '[red]'),
      ['PUT /orders/{id}: application/json: `colour` may no longer be "green" (clients)'],
    ],
    [
      'a property that is new in requests, and required',
      put('required: [id]', 'required: [id, count]'),
      ['PUT /orders/{id}: application/json: `count` is required (clients)'],
    ],
    [
      'a type of both directions',
      put('count: { type: integer, minimum: 1 }', 'count: { type: string }'),
      [
        'GET /orders/{id}: 200 application/json: `count` may be string (clients)',
        'PUT /orders/{id}: application/json: `count` may no longer be integer (clients)',
      ],
    ],
    [
      'a bound that is wider in answers',
      put('minimum: 1', 'minimum: 0'),
      ['GET /orders/{id}: 200 application/json: `count` has minimum 0, not minimum 1 (clients)'],
    ],
    [
      'a bound that is closer in requests',
      put('minimum: 1', 'minimum: 2'),
      ['PUT /orders/{id}: application/json: `count` may no longer have minimum 1, not minimum 2 (clients)'],
    ],
    [
      'a parameter that is required',
      put('in: query', 'in: query, required: true'),
      ['GET /orders/{id}: query parameter limit is required (clients)'],
    ],
    [
      'a parameter of a closer type',
      put('maximum: 100', 'maximum: 50'),
      ['GET /orders/{id}: query parameter limit: the value may no longer have maximum 100, not maximum 50 (clients)'],
    ],
    [
      'a parameter that is new',
      put('parameters:\n        -', 'parameters:\n        - { name: X-Key, in: header, required: true }\n        -'),
      ['GET /orders/{id}: header parameter X-Key is required (clients)'],
    ],
    [
      'a body that is required',
      put('requestBody:', 'requestBody:\n        required: true'),
      ['PUT /orders/{id}: a body is required (clients)'],
    ],
    [
      'a body that is not taken',
      without('      requestBody:', "      responses: { '204'"),
      ['PUT /orders/{id}: no body is taken any more (clients)'],
    ],
    [
      'another media type of a request',
      put(
        "content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } }\n      responses: { '204'",
        "content: { text/plain: {} }\n      responses: { '204'",
      ),
      ['PUT /orders/{id}: application/json is not taken any more (clients)'],
    ],
    [
      'an answer that belongs to no operation',
      put('{ title: {} }', '{ detail: {} }'),
      ['x-errors: 404 application/json: `title` is no longer declared (clients)'],
    ],
  ])('by %s', (_, change, expected) => {
    expect(broken(change)).toEqual(expected);
  });

  it.each<[string, (text: string) => string]>([
    ['a new path', put('paths:', 'paths:\n  /live: { get: { responses: {} } }')],
    [
      'another name of a parameter of a path',
      (text) => text.replaceAll('{id}', '{order}').replace('name: id', 'name: order'),
    ],
    ['more servers', put('[{ url: /v1 }]', '[{ url: /v2 }, { url: /v1 }]')],
    ['less security', put('[{ key: [read] }]', '[{ other: [] }, { key: [] }]')],
    [
      'a status in a range',
      put("        '404': { description: None }\n        '5XX'", "        '4XX': { description: None }\n        '5XX'"),
    ],
    ['a media type in a range', put('text/csv: {}', 'text/*: {}')],
    ['a new property in answers', put('properties: { status:', 'properties: { more: { type: string }, status:')],
    ['a word that is gone from answers', put('[up, down]', '[up]')],
    [
      'a new status',
      put("'404': { description: None }", "'404': { description: None }\n        '429': { description: Slow down }"),
    ],
    [
      'a parameter that is new and optional',
      put('parameters:\n        -', 'parameters:\n        - { name: X-Key, in: header }\n        -'),
    ],
    ['other words for people', put('description: An order', 'description: The order')],
    [
      'a schema that says the same in another way',
      put(
        '{ type: object, required: [status], properties: { status: { enum: [up, down] } } }',
        '{ allOf: [{ type: object, properties: { status: { anyOf: [{ const: up }, { const: down }] } } }, { required: [status] }] }',
      ),
    ],
  ])('not by %s', (_, change) => {
    expect(broken(change)).toEqual([]);
  });

  const readable = corpus.filter(([name]) => !/Swagger|no document|version|OpenAPI 4|alias|merge|markers/.test(name));
  it.each(readable)('not by itself: %s', (_, text) => {
    const whole = () => {
      try {
        return versionOf(text.replaceAll('$ref: ./', '$was: ./'));
      } catch {
        return undefined;
      }
    };
    const [one, other] = [whole(), whole()];
    if (one === undefined || other === undefined) return;
    const compared = () => compare(one, other);
    // A `$ref` that leads nowhere is told before anything is compared.
    const isTold = /nowhere|\.yaml|missing|lead|\$ref/.test(text);
    if (isTold) expect(() => comparedOrTold(compared)).not.toThrow();
    else expect(compared()).toEqual([]);
  });

  function comparedOrTold(compared: () => readonly unknown[]): void {
    try {
      expect(compared()).toEqual([]);
    } catch (error) {
      expect(error).toHaveProperty('code', 'PROBITY_CONTRACT');
    }
  }
});
