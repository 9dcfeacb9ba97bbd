import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { passing } from '../contract/responses.ts';
import type { Validators } from '../contract/validators.ts';
import { type Request, requestFor } from './arguments.ts';
import { ask } from './ask.ts';
import { deviation, type Received } from './received.ts';

/** What came of one request, or why there was none. */
export interface Finding {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  /** What was accepted, where that was asked for. */
  readonly accept?: string;
  readonly result: 'kept' | 'broken' | 'skipped';
  readonly status?: number;
  /** What was broken, or why nothing was asked. */
  readonly why?: string;
}

export interface VerifyOptions {
  /** Where the service is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly contract: Omit<Contract, 'validators'>;
  /** Those of one operation: a schema that cannot be used is no matter to the others. */
  validatorsFor(operation: Operation): Validators;
  /** For each answer, body included. */
  readonly timeoutMs: number;
  readonly token?: string | undefined;
  /** Whether HEAD is asked where GET is declared, as well as where it is declared itself. */
  readonly head: boolean;
  /** Whether every declared media type is asked for by itself. */
  readonly accept: boolean;
}

/**
 * Asks a service, Probity or not, for everything that can be asked without changing anything, and judges what it says. What
 * it did not ask, it names.
 */
export async function verify(options: VerifyOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const operation of options.contract.operations) {
    const { id, method, path } = operation;
    const skipped = (why: string): Finding => ({
      operation: id,
      method: method.toUpperCase(),
      path,
      result: 'skipped',
      why,
    });
    try {
      findings.push(...(await judged(options, operation, skipped)));
    } catch (error) {
      findings.push(skipped(`the document: ${(error as Error).message}`));
    }
  }
  return findings;
}

async function judged(
  options: VerifyOptions,
  operation: Operation,
  skipped: (why: string) => Finding,
): Promise<Finding[]> {
  const { contract, head } = options;
  const { key, method, path } = operation;
  if (method !== 'get' && method !== 'head') return [skipped('not asked, as it may change something')];
  const request = requestFor(contract.document, operation);
  if (typeof request === 'string') return [skipped(request)];
  const inForce = { ...contract, validators: options.validatorsFor(operation) };
  if (method === 'head') return [told(await finding(options, inForce, operation, 'HEAD', request))];
  const got = await finding(options, inForce, operation, 'GET', request);
  const hasHead = contract.operations.some((one) => one.key === key && one.path === path && one.method === 'head');
  const asHead = head && !hasHead ? [await finding(options, inForce, operation, 'HEAD', request, got.length)] : [];
  const variants = options.accept ? declaredTypes(operation) : [];
  const others: Finding[] = [];
  for (const accept of variants) {
    const accepting = { ...request, headers: { ...request.headers, accept } };
    others.push({ ...(await finding(options, inForce, operation, 'GET', accepting)), accept });
  }
  return [got, ...asHead, ...others].map(told);
}

/** The media types of a success that can be asked for one by one. */
function declaredTypes({ responses }: Operation): string[] {
  const keys = passing(responses)?.response.content.map(({ key }) => key) ?? [];
  return keys.filter((key) => !key.includes('*'));
}

/** With the Content-Length that was told. */
type Measured = Finding & { readonly length?: string | undefined };

const told = ({ length: _, ...finding }: Measured): Finding => finding;

async function finding(
  { url, timeoutMs, token }: VerifyOptions,
  contract: Contract,
  operation: Operation,
  method: Received['method'],
  { path, headers }: Request,
  expectedLength?: string,
): Promise<Measured> {
  const subject = { operation: operation.id, method, path };
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const target = new URL(url.replace(/\/+$/, '') + path);
    const received = await ask(target, method, { ...authorization, ...headers }, timeoutMs);
    const { status } = received;
    const length = received.headers['content-length'];
    const why = deviation(contract, operation, received, headers.accept) ?? otherLength(method, length, expectedLength);
    return why === undefined
      ? { ...subject, result: 'kept', status, length }
      : { ...subject, result: 'broken', status, why, length };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { ...subject, result: 'broken', why: `no answer: ${code ?? message}` };
  }
}

/** HEAD may leave the length out, and may not tell another one than GET (RFC 9110, 8.6). */
const otherLength = (method: string, length: string | undefined, expected: string | undefined): string | undefined =>
  method === 'HEAD' && length !== undefined && expected !== undefined && length !== expected
    ? `Content-Length ${length}, with GET it is ${expected}`
    : undefined;
