/**
 * Writes OpenAPI documents of a given size, as generators write them: many operations, each with parameters, a body and
 * errors, and schemas that refer to each other. Always the same for a size.
 *
 *   node bench/documents/make.ts BYTES FILE.yaml|FILE.json
 */
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';

/** A document of about `bytes` bytes as JSON, with two probes. */
export function documentOf(bytes: number): object {
  const paths: Record<string, object> = { '/livez': probe('liveness'), '/readyz': probe('readiness') };
  const schemas: Record<string, object> = {};
  const size = JSON.stringify([resource(0), schema(0)]).length;
  for (let index = 0; index * size < bytes; index += 1) {
    paths[`/apis/group${index % 40}/v1/namespaces/{namespace}/resources${index}/{name}`] = resource(index);
    schemas[`io.shop.group${index % 40}.v1.Resource${index}`] = schema(index);
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Shop', version: 'v1.31.0' },
    paths,
    components: { schemas, securitySchemes: { BearerToken: { type: 'http', scheme: 'bearer' } } },
  };
}

const probe = (kind: string): object => ({
  get: {
    operationId: kind,
    'x-probe': kind,
    responses: { 200: { description: 'OK' }, 503: { description: 'Not OK' } },
  },
});

const nameOf = (index: number): string => `io.shop.group${index % 40}.v1.Resource${index}`;
const ref = (index: number): object => ({ $ref: `#/components/schemas/${nameOf(index)}` });

function resource(index: number): object {
  const body = { content: { 'application/json': { schema: ref(index) }, 'application/yaml': { schema: ref(index) } } };
  const operation = (method: string): object => ({
    description: `${method} the specified resource ${index}`,
    operationId: `${method}Resource${index}`,
    tags: [`group${index % 40}_v1`],
    parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({
      name,
      in: 'query',
      description: `When present, ${name} indicates that modifications should not be persisted, or by whom they are.`,
      schema: { type: 'string', uniqueItems: true },
    })),
    ...(method === 'put' ? { requestBody: body } : {}),
    responses: { 200: { description: 'OK', ...body }, 401: { description: 'Unauthorized' } },
  });
  return {
    get: operation('get'),
    put: operation('put'),
    delete: operation('delete'),
    parameters: [
      { name: 'name', in: 'path', required: true, schema: { type: 'string' } },
      { name: 'namespace', in: 'path', required: true, schema: { type: 'string' } },
    ],
  };
}

function schema(index: number): object {
  const text = (what: string): object => ({
    type: 'string',
    description: `${what} of resource ${index}, as users see it.`,
  });
  return {
    description: `Resource ${index} is a part of the shop.`,
    type: 'object',
    required: ['kind', 'metadata'],
    properties: {
      apiVersion: text('The version'),
      kind: text('The kind'),
      metadata: { type: 'object', properties: { name: text('The name'), labels: { type: 'object' } }, default: {} },
      owner: { allOf: [ref(Math.floor(index / 2))], default: {} },
      items: { type: 'array', items: ref(Math.floor(index / 3)) },
      replicas: { type: 'integer', format: 'int32', nullable: true, example: 3 },
    },
  };
}

const [bytes, file] = process.argv.slice(2);
if (import.meta.main && bytes !== undefined && file !== undefined) {
  const document = documentOf(Number(bytes));
  writeFileSync(
    file,
    file.endsWith('.json') ? JSON.stringify(document, null, 2) : stringify(document, { aliasDuplicateObjects: false }),
  );
}
