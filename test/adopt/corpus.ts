import { globSync, readFileSync } from 'node:fs';
import { paths } from '../contract/cases/paths.ts';
import { responses } from '../contract/cases/responses.ts';
import { schemas } from '../contract/cases/schemas.ts';

/** How a document may be written. */
const written: Readonly<Record<string, string>> = {
  'block style with comments.yaml': `# The shop.
openapi: 3.1.0
info:
    title: Shop   # for people
    version: "7"
    description: >-
        It sells
        things.
# What it can do.
paths:
    # Orders come first.
    /orders:
        get:
            responses: { "200": { description: All } }
    # And probes.
    /healthz:
        # Asked by the kubelet.
        get:
            tags: [probes]
            operationId: healthz # as it was
            parameters: []
            responses:
                # All is well.
                "200":
                    description: Well
                # Whatever else.
                default:
                    $ref: '#/components/responses/Other'
    # The end of paths.

components: # shared
    responses:
        Other: { description: Other }
# The end.
`,
  'no line break at the end.yaml':
    'openapi: 3.0.3\ninfo: {}\npaths:\n  /healthz:\n    get:\n      responses:\n        200:\n          description: Well',
  'a text block at the end.yaml':
    'openapi: 3.0.3\ninfo: {}\npaths:\n  /healthz:\n    get:\n      responses:\n        200:\n          description: |+\n            Well\n\n\n',
  'CRLF.yaml': 'openapi: 3.2.0\r\ninfo: {}\r\npaths:\r\n  /healthz:\r\n    get:\r\n      responses: {}\r\n',
  'BOM.yaml': '\uFEFFopenapi: 3.1.0\ninfo: {}\npaths: {}  # none yet\nsecurity: [{ key: [] }]\n',
  'BOM and CRLF.json': '\uFEFF{\r\n\t"openapi": "3.1.0",\r\n\t"info": {},\r\n\t"paths": {}\r\n}\r\n',
  'markers.yaml': '---\nopenapi: 3.1.0\ninfo: {}\npaths:\n  /healthz: # null comes next\n    get: {}\n...\n',
  'flow in lines.yaml':
    '{\n  openapi: 3.1.0, # flow\n  info: {},\n  paths: {\n    /healthz: { get: { responses: { 200: { description: Well } } } },\n    /readyz: {}, # nothing\n  },\n}\n',
  'flow on a line.yaml':
    '{openapi: 3.1.0, info: {}, paths: {/healthz: {get: {responses: {200: {description: Well},},}}}}',
  'compact.json':
    '{"openapi":"3.1.0","info":{},"paths":{"/healthz":{"get":{"responses":{"200":{"description":"Well"}}}},"/readyz":{}}}',
  'spaced.json':
    '{"openapi": "3.1.0", "info": {}, "paths": {"/healthz": {"get": {"responses": {"200": {"description": "Well"}}}}}}',
  'tabs.json': JSON.stringify(
    { openapi: '3.0.0', info: {}, paths: { '/healthz': { get: { responses: { 500: {} } } } } },
    null,
    '\t',
  ),
  'four spaces.json': `${JSON.stringify({ openapi: '3.0.0', info: {}, paths: {}, components: { schemas: {} } }, null, 4)}\n`,
  'anchors that stay.yaml':
    'openapi: 3.1.0\ninfo: {}\nx-well: &well { description: Well }\npaths:\n  /healthz:\n    get:\n      responses: { 200: *well, 204: *well }\n',
  'a path item by $ref.yaml':
    "openapi: 3.1.0\ninfo: {}\npaths:\n  /healthz: { $ref: '#/components/pathItems/Health' }\ncomponents:\n  pathItems:\n    Health:\n      get: { responses: { 200: { description: Well } } }\n",
  'keys that JSONPath has to quote.yaml':
    'openapi: 3.1.0\ninfo: {}\npaths:\n  "/it\'s\\\\there":\n    get:\n      x-probe: startup\n      responses: { 200: { description: Well } }\n',
  'ids that are taken.yaml':
    'openapi: 3.1.0\ninfo: {}\npaths:\n  /a: { get: { operationId: liveness, responses: {} }, put: { operationId: livenessProbe, responses: {} } }\n',
};

const read = (file: string): [string, string] => [file.replace(/.*documents\//, ''), readFileSync(file, 'utf8')];

/** Documents in all ways of writing them, by name. */
export const ways: readonly (readonly [name: string, text: string])[] = Object.entries(written);

/** Documents of all kinds, by name: those that are told of in the cases of contracts are among them. */
export const corpus: readonly (readonly [name: string, text: string])[] = [
  ...ways,
  ...globSync('test/contract/documents/{*,split/openapi}.{yaml,json}').sort().map(read),
  ...[...paths, ...responses, ...schemas].map(([name, text]) => [`${name}.yaml`, text] as const),
];
