import { keysIn } from '../base/json-pointer.ts';
import type { Schema } from './document.ts';
import { valueAt } from './references.ts';
import type { Mistake, Validators } from './validators.ts';

/** What is wrong with a value, in words, and the keyword of the document that says so. */
export interface Wrong {
  readonly what: string;
  readonly ref: string;
  /** That of JSON Schema, with what it is about. */
  readonly keyword?: string;
  readonly missing?: string;
  readonly value?: unknown;
}

/** What is wrong with a value by the schema at a `$ref`; nothing when it is as declared. */
export function wrongWith(validators: Validators, ref: string, value: unknown, name: string): Wrong | undefined {
  const validate = validators[ref];
  if (validate === undefined) return { what: `no validator for ${ref}`, ref };
  if (validate(value)) return undefined;
  const mistake = deepest(validate.errors ?? []);
  const at = valueAt(value, keysIn(mistake?.instancePath ?? ''));
  const what = mistake?.message ?? 'is not what is declared';
  return {
    what: `${name}${mistake?.instancePath ?? ''} ${what}${shown(at)}`,
    ref: placeOf(mistake) ?? ref,
    value: at,
    ...(mistake?.keyword === undefined ? {} : { keyword: mistake.keyword }),
    ...(mistake?.params?.missingProperty === undefined ? {} : { missing: mistake.params.missingProperty }),
  };
}

/** Of the branches of a `oneOf`, the one whose mistake lies deepest is the one that was meant. */
export function deepest<M extends Mistake>(mistakes: readonly M[]): M | undefined {
  const depth = ({ instancePath }: M): number => instancePath.split('/').length;
  return mistakes.reduce<M | undefined>(
    (found, one) => (found === undefined || depth(one) > depth(found) ? one : found),
    undefined,
  );
}

/** ajv names the whole way from the document's root, unless a schema has a name of its own. */
const placeOf = (mistake: Mistake | undefined): string | undefined =>
  /^openapi(#\/.*)$/.exec(mistake?.schemaPath ?? '')?.[1];

/** A word or a number; what is larger would only hide the message, or tell what is not the log's to know. */
const shown = (value: unknown): string =>
  typeof value === 'object' || value === undefined ? '' : `, got ${JSON.stringify(value).slice(0, 100)}`;

/** The only value that a schema allows, where it allows one alone. */
export function onlyValue(schema: Schema): { readonly value: unknown } | undefined {
  if ('const' in schema) return { value: schema.const };
  const { enum: words } = schema;
  return Array.isArray(words) && words.length === 1 ? { value: words[0] } : undefined;
}

/** The text of a header as the type that its schema declares. */
export function headerValue(schema: Schema, text: string): unknown {
  const types = [schema.type].flat();
  if (types.includes('string')) return text;
  if (types.some((type) => type === 'integer' || type === 'number') && text.trim() !== '' && !Number.isNaN(+text))
    return Number(text);
  if (types.includes('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  const only = onlyValue(schema);
  return only !== undefined && String(only.value) === text ? only.value : text;
}
