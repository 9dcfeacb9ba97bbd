import type { ErrorCode } from '../base/errors.ts';
import type { Contract } from './contract.ts';
import type { DeclaredResponse, Operation } from './operations.ts';
import type { Mistake } from './validators.ts';

/** What a handler answers: the media type and the constant headers come from the contract. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that was judged by the contract, ready to be written. */
export interface ConformingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent where the contract declares no body. */
  readonly body?: string | Uint8Array;
}

/** The contract would be broken by an answer. The message is for the log, never for the caller. */
export class ContractViolation extends Error {
  readonly code: ErrorCode = 'PROBITY_ANSWER';

  constructor(operation: Operation, status: number, what: string) {
    super(`${operation.id} ${status}: ${what}`);
    this.name = 'ContractViolation';
  }
}

/**
 * Holds an answer against operation, status, media type and headers.
 *
 * @throws ContractViolation naming operation, status, schema path and the offending place.
 */
export function conforming(contract: Contract, operation: Operation, answer: Answer): ConformingAnswer {
  const declared = operation.responses.get(answer.status);
  if (declared === undefined) throw new ContractViolation(operation, answer.status, 'undeclared status');
  const broken = (what: string): ContractViolation => new ContractViolation(operation, answer.status, what);
  const headers = { ...constantHeaders(declared), ...canonical(declared, answer.headers ?? {}) };
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'))
    throw broken('a Content-Type of its own');
  for (const header of declared.headers) {
    const value = headers[header.name];
    if (value === undefined && header.required) throw broken(`missing header ${header.name}`);
    if (value !== undefined) judge(contract, header.schema?.ref, value, `header ${header.name}`, broken);
  }
  if (declared.mediaType === undefined) {
    if (answer.body !== undefined) throw broken('a body where none is declared');
    return { status: answer.status, headers };
  }
  if (answer.body === undefined) throw broken(`no body where ${declared.mediaType} is declared`);
  judge(contract, declared.schema?.ref, answer.body, 'body', broken);
  return {
    status: answer.status,
    headers: { 'Content-Type': contentType(declared.mediaType), ...headers },
    body: serialised(declared.mediaType, answer.body),
  };
}

/** Headers under the names that the contract gives them: their case tells nothing. */
function canonical(declared: DeclaredResponse, headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Map(declared.headers.map(({ name }) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]),
  );
}

/** The headers whose value the contract fixes. */
function constantHeaders(declared: DeclaredResponse): Record<string, string> {
  return Object.fromEntries(
    declared.headers.flatMap(({ name, schema }) =>
      typeof schema?.node.const === 'string' ? [[name, schema.node.const]] : [],
    ),
  );
}

function judge(
  contract: Contract,
  ref: string | undefined,
  value: unknown,
  what: string,
  broken: (what: string) => ContractViolation,
): void {
  if (ref === undefined) return;
  const validate = contract.validators[ref];
  if (validate === undefined) throw broken(`no validator for ${ref}`);
  if (validate(value)) return;
  const [mistake] = validate.errors ?? [];
  const got = shown(valueAt(value, mistake?.instancePath ?? ''));
  throw broken(`${what}${mistake?.instancePath} ${mistake?.message}${got} (${ref} ${schemaPathOf(mistake)})`);
}

/** A word or a number; what is larger would only hide the message, or tell what is not the log's to know. */
const shown = (value: unknown): string =>
  typeof value === 'object' || value === undefined ? '' : `, got ${JSON.stringify(value).slice(0, 100)}`;

/** ajv names the whole way from the document's root; the last part says which keyword was broken. */
const schemaPathOf = (mistake: Mistake | undefined): string =>
  mistake?.schemaPath.replace(/^.*\/schema(?=\/)/, '#') ?? '';

/** The value at a JSON pointer. */
function valueAt(value: unknown, pointer: string): unknown {
  const keys = pointer.split('/').slice(1);
  return keys
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

export const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);

function contentType(mediaType: string): string {
  return mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType;
}

function serialised(mediaType: string, body: unknown): string {
  return isJson(mediaType) ? JSON.stringify(body) : String(body);
}
