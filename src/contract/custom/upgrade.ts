import type { OpenApiDocument } from '../document.ts';

type Json = Readonly<Record<string, unknown>>;

/** A document of OpenAPI 3.0 as one of 3.1, whose schemas are JSON Schema; one of 3.1 as it is. */
export function upgraded(document: OpenApiDocument): OpenApiDocument {
  if (!document.openapi.startsWith('3.0')) return document;
  return { ...(walked(document) as OpenApiDocument), openapi: '3.1.1' };
}

function walked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(walked);
  if (typeof value !== 'object' || value === null) return value;
  const node = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, walked(child)]));
  return withBound('Minimum', 'minimum', withBound('Maximum', 'maximum', withNull(node)));
}

/** `nullable: true` stands beside a type; in JSON Schema, null is a type and a word of its own. */
function withNull({ nullable, ...schema }: Json): Json {
  if (nullable === undefined || typeof nullable === 'object')
    return nullable === undefined ? schema : { ...schema, nullable };
  if (nullable !== true || typeof schema.type !== 'string') return schema;
  const words = Array.isArray(schema.enum) ? { enum: [...new Set([...schema.enum, null])] } : {};
  return { ...schema, type: [schema.type, 'null'], ...words };
}

/** `exclusiveMinimum: true` makes `minimum` exclusive; in JSON Schema it is the bound itself. */
function withBound(name: 'Minimum' | 'Maximum', bound: 'minimum' | 'maximum', schema: Json): Json {
  const { [`exclusive${name}`]: exclusive, [bound]: limit, ...others } = schema;
  if (typeof exclusive !== 'boolean') return schema;
  return exclusive ? { ...others, [`exclusive${name}`]: limit } : { ...others, [bound]: limit };
}
