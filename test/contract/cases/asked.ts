import { expect } from 'vitest';
import { type Case, probing, told } from './case.ts';

const text = '{ type: string }';
const both = (schema: string): string =>
  probing(`{ '200': { description: Told, content: &c { ${schema} } }, '503': { description: Told, content: *c } }`);
const json = (properties: string, required: string, type = 'application/json'): string =>
  both(
    `${type}: { schema: { type: object, additionalProperties: false, required: [${required}], properties: ${properties} } }`,
  );
const words = 'x-words: { up: UP, down: DOWN }';
const pass = 'x-words: { up: pass, down: fail }';
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const seconds = expect.toSatisfy(Number.isInteger);

/** What a document asks for beside the report. */
export const asked: readonly Case[] = [
  [
    'Spring Boot’s Actuator, with a time and the release',
    json(
      `{ status: { type: string, enum: [UP, DOWN], ${words} }, components: { x-report: checks, type: object, additionalProperties: { type: object, additionalProperties: false, properties: { status: { type: string, ${words} } } } }, timestamp: { type: string, format: date-time }, uptime: { type: integer, minimum: 0 } }`,
      'status, components, timestamp, uptime',
    ),
    {
      '/ready': [
        [200, { status: 'UP', components: { database: { status: 'UP' } }, timestamp: time, uptime: seconds }],
        [503, { status: 'DOWN', components: { database: { status: 'DOWN' } }, timestamp: time, uptime: seconds }],
      ],
    },
  ],
  [
    'health+json',
    json(
      `{ status: ${text}, version: ${text}, description: { type: string, x-report: name }, output: ${text}, checks: { type: object } }`,
      'status, version, description',
      'application/health+json',
    ),
    {
      '/ready': [
        [200, { status: 'pass', version: '7', description: 'Shop' }],
        [503, { status: 'fail', version: '7', description: 'Shop', output: 'Database not available' }],
      ],
    },
  ],
  [
    'InfluxDB',
    json(
      `{ name: ${text}, message: { type: string, x-report: detail }, status: { type: string, enum: [pass, fail], ${pass} }, checks: { type: array, items: { type: object, additionalProperties: false, properties: { name: { type: string, x-report: check }, status: { type: string, ${pass} } } } }, version: ${text} }`,
      'name, status, checks, version',
    ),
    {
      '/ready': [
        [200, { name: 'Shop', status: 'pass', checks: [{ name: 'database', status: 'pass' }], version: '7' }],
        [
          503,
          {
            name: 'Shop',
            message: 'Database not available',
            status: 'fail',
            checks: [{ name: 'database', status: 'fail' }],
            version: '7',
          },
        ],
      ],
    },
  ],
  [
    '1Password Connect',
    json(
      `{ name: ${text}, version: ${text}, dependencies: { x-report: checks, type: array, items: { type: object, additionalProperties: false, properties: { service: { type: string, x-report: check }, status: { type: string, x-words: { up: ACTIVE, down: ERROR } } } } } }`,
      'name, version',
    ),
    {
      '/ready': [
        [200, { name: 'Shop', version: '7', dependencies: [{ service: 'database', status: 'ACTIVE' }] }],
        [503, { name: 'Shop', version: '7', dependencies: [{ service: 'database', status: 'ERROR' }] }],
      ],
    },
  ],
  [
    'other names for a time',
    json('{ now: { type: string, format: date-time, x-report: timestamp } }', 'now'),
    {
      '/ready': [
        [200, { now: time }],
        [503, { now: time }],
      ],
    },
  ],
  [
    'an open schema, which shows none of them',
    probing(told('{ type: object }')),
    {
      '/ready': [
        [200, expect.toSatisfy((body: object) => !('timestamp' in body || 'uptime' in body || 'name' in body))],
        503,
      ],
    },
  ],
  [
    'properties that only have their names, and may be left out',
    probing(
      told(
        `{ type: object, additionalProperties: false, properties: { uptime: ${text}, timestamp: { type: integer }, name: { type: object } } }`,
      ),
    ),
    { '/ready': [[200, {}], 503] },
  ],
  [
    'a time of another kind',
    json('{ timestamp: { type: integer } }', 'timestamp'),
    /:4:\d+: GET \/ready cannot be answered while .*: body\/timestamp must be integer, got "\d{4}-/,
  ],
  [
    'a release that the settings don’t name',
    json(`{ releaseId: ${text} }`, 'releaseId'),
    /body must have required property 'releaseId'; set `releaseId`, or RELEASE_ID$/,
  ],
  [
    'the name of a check, which is not that of the service',
    json(
      `{ checks: { type: array, items: { type: object, required: [name], properties: { name: ${text} } } } }`,
      'checks',
    ),
    /body\/checks\/0 must have required property 'name'; add x-report to it, one of .* check, /,
  ],
];
