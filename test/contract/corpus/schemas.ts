import type { Chance } from '../../simulation/chance.ts';

export type Schema = Readonly<Record<string, unknown>>;

interface Body {
  readonly schema: Schema;
  readonly word?: string;
  readonly namesChecks: boolean;
}

/** Schemas by chance for the report of a probe; `named` grows by those that a `$ref` leads to. */
export interface Schemas {
  readonly named: Record<string, Schema>;
  /** Those of the passing and of the failing probe: one for both, one each, or a choice of both. */
  bodies(): readonly [well: Body, ill: Body];
}

const words = [
  ['up', 'down', 'pending'],
  ['UP', 'DOWN', 'UNKNOWN'],
  ['pass', 'fail', 'warn'],
  ['Healthy', 'Unhealthy', 'Degraded'],
] as const;

/** What nobody can be sure of: a group of what is there, and what no answer may have. */
const optional: ReadonlySet<string> = new Set(['info', 'secret']);

export function createSchemas(chance: Chance, openapi: string): Schemas {
  const named: Record<string, Schema> = {};
  const isThree = openapi.startsWith('3.0');
  const [up, down, pending] = chance.pick(words);
  const translation = { up, down, pending };
  const isList = chance.isLikely(0.5);
  const hasChecks = chance.isLikely(0.7);
  const isClosed = chance.isLikely(0.7);

  /** As it stands, behind a `$ref`, or behind an `allOf` of one, as generators write it. */
  function placed(schema: Schema): Schema {
    if (chance.isLikely(0.5)) return schema;
    const name = `Part${Object.keys(named).length}`;
    named[name] = schema;
    const ref = { $ref: `#/components/schemas/${name}` };
    return chance.isLikely(0.3) ? { allOf: [ref] } : ref;
  }

  const only = (word: string): Schema => ({
    type: 'string',
    ...(isThree || chance.isLikely(0.5) ? { enum: [word] } : { const: word }),
    'x-words': translation,
  });
  const nullable = (): Schema => (isThree ? { type: 'string', nullable: true } : { type: ['string', 'null'] });
  const closed = (): Schema => (isClosed ? { additionalProperties: false } : {});
  const translated = (allowed: readonly string[]): Schema => ({
    type: 'string',
    enum: [...allowed],
    'x-words': translation,
  });

  function check(): Schema {
    const properties: Record<string, Schema> = {
      status: placed(translated([up, down, pending])),
      [chance.pick(['check', 'name', 'componentId'])]: { type: 'string', 'x-report': 'check' },
      ...(chance.isLikely(0.5) ? { reason: { type: 'string', minLength: 1 } } : {}),
      ...(chance.isLikely(0.3) ? { details: { type: 'object', properties: { reason: { type: 'string' } } } } : {}),
      ...(chance.isLikely(0.3) ? { critical: { type: 'string', 'x-report': 'requiredFor' } } : {}),
    };
    return placed({ type: 'object', required: ['status'], ...closed(), properties });
  }

  function checks(): Record<string, Schema> {
    const schema = isList ? { type: 'array', items: check() } : { type: 'object', additionalProperties: check() };
    return { [chance.pick(['checks', 'components', 'entries'])]: { ...schema, 'x-report': 'checks' } };
  }

  /** What may stand beside the status. */
  function beside(): Record<string, Schema> {
    const some: readonly Record<string, Schema>[] = [
      { lifecycle: placed({ type: 'string', enum: ['starting', 'started', 'draining', 'stopped'] }) },
      { degraded: { type: 'boolean' } },
      { version: placed({ type: 'string', pattern: '^\\d' }) },
      { service: { type: 'string', 'x-report': 'title' } },
      { output: { ...nullable(), 'x-report': 'detail' } },
      { info: { type: 'object', properties: { version: { type: 'string' }, title: { type: 'string' } } } },
      { secret: { type: 'string', writeOnly: true } },
    ];
    return Object.assign({}, ...some.filter(() => chance.isLikely(0.4)), ...(hasChecks ? [checks()] : []));
  }

  function body(status: Schema, word: string): Body {
    const others = beside();
    const required = ['status', ...Object.keys(others).filter((name) => !optional.has(name) && chance.isLikely(0.5))];
    const whole = { type: 'object', properties: { status, ...others }, required };
    const isSplit = chance.isLikely(0.25);
    const halves = [
      { type: 'object', properties: { status } },
      { type: 'object', properties: others, required },
    ];
    const sealed = isClosed && !isThree ? { unevaluatedProperties: false } : {};
    const schema = isSplit ? { allOf: halves.map(placed), ...sealed } : { ...whole, ...closed() };
    return { schema: placed(schema), word, namesChecks: hasChecks };
  }

  return {
    named,
    bodies() {
      const both = body(translated([up, down]), up);
      const [well, ill] = [body(only(up), up), body(only(down), down)];
      const either = { oneOf: [well.schema, ill.schema] };
      const kinds: readonly (readonly [well: Body, ill: Body])[] = [
        [both, { ...both, word: down }],
        [well, ill],
        [
          { ...well, schema: either },
          { ...ill, schema: either },
        ],
      ];
      return chance.pick(kinds);
    },
  };
}
