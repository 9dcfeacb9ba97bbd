import type { ErrorCode } from '../base/errors.ts';
import type { Contract } from './contract.ts';
import { isJson, isRange, parseMediaType } from './media-type.ts';
import { headerValue, onlyValue, type Wrong, wrongWith } from './mistakes.ts';
import type { Operation } from './operations.ts';
import { type DeclaredContent, type DeclaredResponse, responseTo } from './responses.ts';

/** What a handler answers: the media type and the constant headers come from the contract. */
export interface Answer {
  readonly status: number;
  /** Which of the declared media types it speaks: the first one when left out. */
  readonly content?: DeclaredContent;
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
  /** What is broken, without the operation. */
  readonly what: string;
  /** What the contract says of it. */
  readonly ref: string | undefined;
  /** What is wrong with the body, where that is it. */
  readonly wrong: Wrong | undefined;

  constructor(operation: Operation, status: number, what: string, ref?: string, wrong?: Wrong) {
    super(`${operation.id} ${status}: ${what}${ref === undefined ? '' : ` (${ref})`}`);
    this.name = 'ContractViolation';
    this.what = `${status}: ${what}`;
    this.ref = ref;
    this.wrong = wrong;
  }
}

/**
 * Holds an answer against operation, status, media type and headers.
 *
 * @throws ContractViolation naming operation, status, the offending place and what the contract says there.
 */
export function conforming(contract: Contract, operation: Operation, answer: Answer): ConformingAnswer {
  const declared = responseTo(operation.responses, answer.status);
  const broken = (what: string, ref?: string, wrong?: Wrong): ContractViolation =>
    new ContractViolation(operation, answer.status, what, ref, wrong);
  if (declared === undefined) throw broken('undeclared status');
  const content = answer.content ?? declared.content[0];
  const headers = conformingHeaders(contract, declared, answer.headers ?? {}, broken);
  if (content === undefined) {
    if (answer.body !== undefined) throw broken('a body where none is declared');
    return { status: answer.status, headers };
  }
  if (answer.body === undefined) throw broken(`no body where ${content.key} is declared`);
  const wrong = content.schema && wrongWith(contract.validators, content.schema.ref, answer.body, 'body');
  if (wrong !== undefined) throw broken(wrong.what, wrong.ref, wrong);
  const type = spoken(content, answer.body);
  return {
    status: answer.status,
    headers: { 'Content-Type': contentType(type), ...headers },
    body: serialised(type, answer.body),
  };
}

function conformingHeaders(
  contract: Contract,
  declared: DeclaredResponse,
  given: Readonly<Record<string, string>>,
  broken: (what: string, ref?: string) => ContractViolation,
): Record<string, string> {
  const headers = { ...constantHeaders(declared), ...canonical(declared, given) };
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'content-type'))
    throw broken('a Content-Type of its own');
  const wrong = wrongHeader(contract, declared, (name) => headers[name]);
  if (wrong !== undefined) throw broken(wrong.what, wrong.ref);
  return headers;
}

/** What is wrong with the headers of an answer; what is not declared says nothing. */
export function wrongHeader(
  { validators }: Contract,
  declared: DeclaredResponse,
  header: (name: string) => string | undefined,
): Wrong | undefined {
  for (const { name, required, schema } of declared.headers) {
    const value = header(name);
    if (value === undefined && required) return { what: `missing header ${name}`, ref: `${declared.ref}/headers` };
    if (value === undefined || schema === undefined) continue;
    const wrong = wrongWith(validators, schema.ref, headerValue(schema.node, value), `header ${name}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** Headers under the names that the contract gives them: their case tells nothing. */
function canonical(declared: DeclaredResponse, headers: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Map(declared.headers.map(({ name }) => [name.toLowerCase(), name]));
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [names.get(name.toLowerCase()) ?? name, value]),
  );
}

/** The headers whose value the contract fixes: a word or a number, as a header can hold no more. */
function constantHeaders(declared: DeclaredResponse): Record<string, string> {
  return Object.fromEntries(
    declared.headers.flatMap(({ name, schema }) => {
      const only = schema && onlyValue(schema.node);
      return only === undefined || typeof only.value === 'object' ? [] : [[name, String(only.value)]];
    }),
  );
}

/** What is declared, or of a range what the body is. */
function spoken({ key, mediaType }: DeclaredContent, body: unknown): string {
  if (mediaType === undefined || !isRange(mediaType)) return key;
  return mediaType.type === 'text' || typeof body === 'string' ? 'text/plain' : 'application/json';
}

/** Text is in UTF-8, and says so. */
const contentType = (type: string): string =>
  type.startsWith('text/') && !/;\s*charset=/i.test(type) ? `${type}; charset=utf-8` : type;

function serialised(type: string, body: unknown): string {
  const mediaType = parseMediaType(type);
  return mediaType !== undefined && isJson(mediaType) ? JSON.stringify(body) : String(body);
}
