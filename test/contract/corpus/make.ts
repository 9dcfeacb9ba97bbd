import type { Chance } from '../../simulation/chance.ts';
import { contentOf, type Media } from './media.ts';
import { createSchemas, type Schema } from './schemas.ts';

/** A document with one probe, `GET /ready`, as a team may have it, and what is known of its answers. */
export interface Shape {
  readonly document: { readonly openapi: string; readonly [key: string]: unknown };
  readonly path: string;
  readonly pass: Declared;
  readonly fail: Declared;
}

/** What is declared of one of the two answers. */
export interface Declared {
  readonly status: number;
  /** The key under `responses`. */
  readonly key: string;
  /** The body; absent where none is declared. */
  readonly media?: Media;
  /** The words that `status` in the body says it with; absent where the body has no status. */
  readonly word?: string;
  /** Whether every check is named in the body. */
  readonly namesChecks: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export const versions = ['3.0.3', '3.1.0', '3.2.0'] as const;

/** A document by chance: each choice is one that a team could have made. */
export function makeShape(chance: Chance): Shape {
  const openapi = chance.pick(versions);
  const schemas = createSchemas(chance, openapi);
  const passes = chance.pick([200, 204, '2XX'] as const);
  const fails = chance.pick([503, '5XX', 'default', 500] as const);
  const [well, ill] = schemas.bodies();
  const pass = declared(chance, passes, passes === 204 ? undefined : well);
  const fail = declared(chance, fails, ill);
  const base = chance.pick(['', '/api', '/shop/v2']);
  const operation = {
    operationId: 'ready',
    'x-probe': 'readiness',
    responses: { [pass.key]: pass.response, [fail.key]: fail.response, ...(chance.isLikely(0.3) ? other : {}) },
  };
  return {
    document: {
      openapi,
      info: { title: 'Shop', version: '7.1' },
      ...(base === '' ? {} : { servers: [{ url: `https://shop.example${base}` }] }),
      paths: { '/ready': { get: operation }, ...(chance.isLikely(0.3) ? neighbour : {}) },
      components: { schemas: schemas.named },
    },
    path: `${base}/ready`,
    pass: pass.told,
    fail: fail.told,
  };
}

/** What is said beside, and is not about the probe. */
const other = { '401': { description: 'Not for you', content: { 'text/html': {} } } };
const neighbour = {
  '/orders/{id}': { get: { responses: { '200': { description: 'An order', content: { 'application/xml': {} } } } } },
};

/** A body of one of the two answers. */
interface Body {
  readonly schema: Schema;
  readonly word?: string;
  readonly namesChecks: boolean;
}

function declared(
  chance: Chance,
  status: number | string,
  body: Body | undefined,
): { key: string; response: object; told: Declared } {
  const media = body && chance.isLikely(0.85) ? contentOf(chance, body.schema) : undefined;
  const isFixed = chance.isLikely(0.4);
  const headers = isFixed
    ? { 'Cache-Control': { required: true, schema: { type: 'string', enum: ['no-store'] } } }
    : { 'X-Any': { schema: { type: 'integer' } } };
  return {
    key: String(status),
    response: { description: 'Told', headers, ...(media === undefined ? {} : { content: media.content }) },
    told: {
      status: typeof status === 'number' ? status : status === '2XX' ? 200 : 503,
      key: String(status),
      headers: isFixed ? { 'cache-control': 'no-store' } : {},
      namesChecks: media !== undefined && body?.namesChecks === true,
      ...(media === undefined ? {} : { media }),
      ...(media === undefined || body?.word === undefined ? {} : { word: body.word }),
    },
  };
}
