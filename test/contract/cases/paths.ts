import { type Case, probing } from './case.ts';

const both = "{ '204': { description: Yes }, '503': { description: No } }";
const at = (path: string, servers: string, openapi = '3.1.0'): string =>
  [
    `openapi: ${openapi}`,
    'info: { title: Shop, version: "7" }',
    `servers: ${servers}`,
    'paths:',
    `  ${path}: { get: { operationId: ready, x-probe: readiness, responses: ${both} } }`,
  ].join('\n');
const served = (...paths: readonly string[]) => Object.fromEntries(paths.map((path) => [path, [204, 503] as const]));

/** Where a probe is to be found, and what is no document of probes at all. */
export const paths: readonly Case[] = [
  ['a server with a path', at('/ready', '[{ url: https://shop.example/v1/ }]'), served('/v1/ready')],
  [
    'server variables, by their defaults',
    at(
      '/ready',
      "[{ url: '{scheme}://{host}:{port}/{base}', variables: { scheme: { default: https }, host: { default: h }, port: { default: '443' }, base: { default: v2 } } }]",
    ),
    served('/v2/ready'),
  ],
  ['a server variable without a default', at('/ready', "[{ url: 'https://h/{base}' }]"), served('/ready')],
  ['a relative server', at('/ready', '[{ url: v1 }]'), served('/v1/ready')],
  ['a relative server above', at('/ready', '[{ url: ../v1/. }]'), served('/v1/ready')],
  ['a server without a scheme', at('/ready', '[{ url: //shop.example/v1 }]'), served('/v1/ready')],
  ['no servers', at('/ready', '[]'), served('/ready')],
  ['OpenAPI 3.2', at('/ready', '[]', '3.2.0'), served('/ready')],
  ['a version without its last part', at('/ready', '[]', "'3.1'"), served('/ready')],
  ['another script', at('/健康', '[]'), served('/健康')],
  ['percent-encoding', at('/health%20check', '[]'), served('/health%20check')],
  [
    'a query',
    at("'/ready?full=true'", '[]'),
    /:5:\d+: GET \/ready\?full=true: x-probe: expected a path without a query or a fragment; write \/ready and/,
  ],
  ['a fragment', at("'/ready#x'", '[]'), /:5:\d+: GET \/ready#x: x-probe: expected a path without a query/],
  [
    'a query of an operation that is left alone',
    `${at('/ready', '[]')}\n  '/list?Action=x': { get: { operationId: list, responses: {} } }`,
    served('/ready'),
  ],
  [
    'a merge key',
    `x-base: &b { x-probe: readiness, operationId: base, responses: ${both} }\n${probing(both).replace(/\/ready: .*/, '/ready: { get: { <<: *b, operationId: ready } }')}`,
    served('/ready'),
  ],
  [
    'merge keys of which the first counts, and none before what is written',
    `x-a: &a { x-probe: liveness, responses: {} }\nx-b: &b { responses: ${both}, operationId: b, x-probe: startup }\n${probing(both).replace(/\/ready: .*/, `/ready: { get: { x-probe: readiness, responses: ${both}, <<: [*a, *b] } }`)}`,
    served('/ready'),
  ],
  [
    'no probe',
    probing(both).replace('x-probe: readiness, ', ''),
    /:4:\d+: expected a probe, no operation is one; add x-probe: readiness \(or liveness, startup\) to GET \/ready$/,
  ],
  [
    'a probe that is a webhook',
    `openapi: 3.1.0\ninfo: {}\npaths: {}\nwebhooks: { ping: { get: { x-probe: readiness, responses: ${both} } } }`,
    /:3:\d+: expected a probe, no operation is one; add x-probe: readiness .* to a GET operation under paths$/,
  ],
  [
    'a webhook beside a probe, and words in another script',
    at('/健康', '[]')
      .replace('paths:', 'webhooks: { ping: { post: { responses: {} } } }\npaths:')
      .replace('Shop', '"läuft ✓ 🩺"'),
    served('/健康'),
  ],
  ['a file by its name, and a folder of one sign', at('/-/ready.json', '[]'), served('/-/ready.json')],
  [
    'Swagger 2.0',
    "swagger: '2.0'\ninfo: {}\npaths: {}",
    /:1:\d+: expected OpenAPI 3\.0, 3\.1 or 3\.2, got Swagger 2\.0; convert it: npx swagger2openapi FILE/,
  ],
  ['Swagger as a number', 'swagger: 2.0\npaths: {}', /:1:\d+: expected OpenAPI 3\.0, 3\.1 or 3\.2, got Swagger 2;/],
  [
    'OpenAPI 4',
    at('/ready', '[]', '4.0.0'),
    /:1:\d+: openapi: expected OpenAPI 3\.0, 3\.1 or 3\.2, .*, got "4\.0\.0"$/,
  ],
  [
    'a version that is a number',
    at('/ready', '[]', '3.1'),
    /:1:\d+: openapi: expected OpenAPI .* such as 3\.1\.0, got 3\.1$/,
  ],
  ['no version', 'info: {}\npaths: {}', /:1:1: missing key `openapi`; add openapi: 3\.1\.0$/],
];
