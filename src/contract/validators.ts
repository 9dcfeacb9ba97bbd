import type { Operation } from './operations.ts';

/** One mistake, in ajv's words: the place in the value, the place in the schema, and what was expected. */
export interface Mistake {
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly message?: string;
  readonly keyword?: string;
  readonly params?: { readonly missingProperty?: string };
}

/** Judges a value by a schema; after a `false`, `errors` says why. */
export interface Validate {
  (value: unknown): boolean;
  errors?: readonly Mistake[] | null;
}

/** The validators of a document by the `$ref` of their schema. */
export type Validators = Readonly<Record<string, Validate>>;

/** The `$ref`s of every schema that an operation's answers are judged by. */
export function schemaRefs(operation: Operation): string[] {
  return [...operation.responses.values()].flatMap(({ content, headers }) =>
    [...content, ...headers].flatMap(({ schema }) => schema?.ref ?? []),
  );
}
