import type { OpenApiDocument } from '../document.ts';
import { type Json, walk } from '../walk.ts';

/** A document of OpenAPI 3.0 as one of 3.1, whose schemas are JSON Schema, changed in place; any other as it is. */
export function upgraded(document: OpenApiDocument): OpenApiDocument {
  if (!document.openapi.startsWith('3.0')) return document;
  walk(document as unknown as Json, (node, kind) => {
    if (kind !== 'schema') return undefined;
    withoutSiblings(node);
    withNull(node);
    withBound('Minimum', 'minimum', node);
    withBound('Maximum', 'maximum', node);
    return undefined;
  });
  return { ...document, openapi: '3.1.1' };
}

/** What stands beside a `$ref` counts for nothing (OpenAPI 3.0.3, 4.7.23), but what is said to Probity. */
function withoutSiblings(schema: Json): void {
  if (typeof schema.$ref !== 'string') return;
  for (const key of Object.keys(schema)) if (key !== '$ref' && !key.startsWith('x-')) delete schema[key];
}

/** `nullable: true` stands beside a type, and adds to that alone; in JSON Schema, null is a type of its own. */
function withNull(schema: Json): void {
  const { nullable, type } = schema;
  if (typeof nullable !== 'boolean') return;
  delete schema.nullable;
  if (nullable && typeof type === 'string') schema.type = [type, 'null'];
}

/** `exclusiveMinimum: true` makes `minimum` exclusive; in JSON Schema it is the bound itself. */
function withBound(name: 'Minimum' | 'Maximum', bound: 'minimum' | 'maximum', schema: Json): void {
  const { [`exclusive${name}`]: exclusive, [bound]: limit } = schema;
  if (typeof exclusive !== 'boolean') return;
  delete schema[`exclusive${name}`];
  if (!exclusive || limit === undefined) return;
  delete schema[bound];
  schema[`exclusive${name}`] = limit;
}
