import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Contract } from '../contract/contract.ts';
import type { OpenApiDocument } from '../contract/document.ts';
import type { Operation } from '../contract/operations.ts';
import { deviation, type Received } from './received.ts';

/** What came of one request. */
export interface Finding {
  readonly operation: string;
  readonly method: 'GET' | 'HEAD';
  readonly path: string;
  readonly result: 'kept' | 'broken' | 'skipped';
  readonly status?: number;
  /** What was broken, or why nothing was asked. */
  readonly why?: string;
}

export interface VerifyOptions {
  /** Where the service is: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly contract: Contract;
  /** For each answer, body included. */
  readonly timeoutMs: number;
}

/** Asks a service, Probity or not, for everything that can be asked without arguments, and judges what it says. */
export async function verify({ url, contract, timeoutMs }: VerifyOptions): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const operation of contract.operations.filter(({ method }) => method === 'get')) {
    for (const method of ['GET', 'HEAD'] as const) {
      const subject = { operation: operation.id, method, path: operation.path };
      const needed = argumentsOf(contract.document, operation);
      if (needed !== undefined) findings.push({ ...subject, result: 'skipped', why: needed });
      else findings.push({ ...subject, ...(await judged(contract, operation, method, url, timeoutMs)) });
    }
  }
  return findings;
}

async function judged(
  contract: Contract,
  operation: Operation,
  method: 'GET' | 'HEAD',
  url: string,
  timeoutMs: number,
): Promise<Pick<Finding, 'result' | 'status' | 'why'>> {
  try {
    const received = await ask(new URL(url.replace(/\/+$/, '') + operation.path), method, timeoutMs);
    const why = deviation(contract, operation, received);
    return why === undefined
      ? { result: 'kept', status: received.status }
      : { result: 'broken', status: received.status, why };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return { result: 'broken', why: `no answer: ${code ?? message}` };
  }
}

/** What an operation cannot be asked without. */
function argumentsOf(document: OpenApiDocument, { key, method }: Operation): string | undefined {
  if (key.includes('{')) return 'needs a parameter in the path';
  const item = document.paths[key] as { parameters?: Parameter[] } & Record<string, { parameters?: Parameter[] }>;
  const parameters = [...(item.parameters ?? []), ...(item[method]?.parameters ?? [])];
  const needed = parameters.find(({ required }) => required);
  return needed === undefined ? undefined : `needs the ${needed.in} parameter ${needed.name}`;
}

interface Parameter {
  readonly name?: string;
  readonly in?: string;
  readonly required?: boolean;
}

/** A connection of its own, and one deadline over headers and body. */
function ask(url: URL, method: 'GET' | 'HEAD', timeoutMs: number): Promise<Received> {
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    let head: Omit<Received, 'body'> | undefined;
    const signal = AbortSignal.timeout(timeoutMs);
    const sent = request(url, { method, agent: false, signal, headers: { accept: '*/*' } }, async (response) => {
      const begun = { method, status: response.statusCode ?? 0, headers: response.headers as Record<string, string> };
      head = begun;
      const body = await response.toArray().catch(reject);
      if (body !== undefined) setImmediate(resolve, { ...begun, body: Buffer.concat(body) });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // Bytes after an answer that may have no body break the parser: they are the body that must not be.
      if (head !== undefined && error.code?.startsWith('HPE_')) resolve({ ...head, body: Buffer.from('unexpected') });
      else reject(error);
    });
    sent.end();
  });
}
