import { isJson } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import type { DeclaredResponse, Operation } from '../contract/operations.ts';

/** An answer as it came from a service. */
export interface Received {
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer does that the document does not declare; nothing when it keeps its promise. */
export function brokenPromise(contract: Contract, operation: Operation, received: Received): string | undefined {
  const { status, headers, body, method } = received;
  const declared = operation.responses.get(status);
  if (declared === undefined)
    return `undeclared status ${status}, declared are ${[...operation.responses.keys()].join(', ')}`;
  const media = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const length = Number(headers['content-length'] ?? 0);
  if (status === 204 && (body !== '' || length > 0 || headers['transfer-encoding'] !== undefined))
    return 'a body on 204';
  if (declared.mediaType === undefined)
    return body === '' ? brokenHeader(contract, declared, headers) : 'a body where none is declared';
  if (media !== declared.mediaType) return `media type ${media ?? 'missing'}, declared is ${declared.mediaType}`;
  const header = brokenHeader(contract, declared, headers);
  if (header !== undefined || method === 'HEAD') return header;
  return brokenBody(contract, declared, body);
}

function brokenHeader(contract: Contract, { headers }: DeclaredResponse, got: Received['headers']): string | undefined {
  for (const { name, required, schema } of headers) {
    const value = got[name.toLowerCase()];
    if (value === undefined && required) return `missing header ${name}`;
    if (value === undefined || schema === undefined) continue;
    const typed = ['integer', 'number'].includes(String(schema.node.type)) ? Number(value) : value;
    const mistake = mistakeOf(contract, schema.ref, typed);
    if (mistake !== undefined) return `header ${name} ${mistake}`;
  }
  return undefined;
}

function brokenBody(
  contract: Contract,
  { mediaType = '', schema }: DeclaredResponse,
  body: string,
): string | undefined {
  if (schema === undefined) return undefined;
  if (!isJson(mediaType)) return mistakeOf(contract, schema.ref, body);
  try {
    return mistakeOf(contract, schema.ref, JSON.parse(body));
  } catch {
    return 'the body is not JSON';
  }
}

function mistakeOf(contract: Contract, ref: string, value: unknown): string | undefined {
  const validate = contract.validators[ref];
  if (validate === undefined || validate(value)) return undefined;
  const [mistake] = validate.errors ?? [];
  return `body${mistake?.instancePath} ${mistake?.message} (${mistake?.schemaPath})`;
}
