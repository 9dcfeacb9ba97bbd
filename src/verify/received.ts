import { wrongHeader } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { isSound } from '../contract/custom/json.ts';
import { covers, isJson, isUtf8, type MediaType, parseMediaType } from '../contract/media-type.ts';
import { wrongWith } from '../contract/mistakes.ts';
import type { Operation } from '../contract/operations.ts';
import { contentOf, type DeclaredContent, responseTo } from '../contract/responses.ts';

/** An answer as it came from a service. */
export interface Received {
  readonly method: 'GET' | 'HEAD';
  readonly status: number;
  /** With names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What an answer does that the document does not declare; nothing when it is as declared. */
export function deviation(
  contract: Contract,
  operation: Operation,
  received: Received,
  /** The one media type that was asked for. */
  accepted?: string,
): string | undefined {
  const { status, headers, body, method } = received;
  const declared = responseTo(operation.responses, status);
  if (declared === undefined)
    return `undeclared status ${status}, declared are ${[...operation.responses.keys()].join(', ') || 'none'}`;
  const length = Number(headers['content-length'] ?? 0);
  if (status === 204 && (body.length > 0 || length > 0 || headers['transfer-encoding'] !== undefined))
    return 'a body on 204';
  const header = wrongHeader(contract, declared, (name) => headers[name.toLowerCase()])?.what;
  if (header !== undefined) return header;
  if (declared.content.length === 0) return body.length === 0 ? undefined : 'a body where none is declared';
  const type = headers['content-type'];
  const media = type === undefined ? undefined : parseMediaType(type);
  const content = media && contentOf(declared, media);
  const keys = declared.content.map(({ key }) => key).join(', ');
  if (media === undefined || content === undefined) return `media type ${type ?? 'missing'}, declared is ${keys}`;
  const wanted = accepted === undefined ? undefined : parseMediaType(accepted);
  if (wanted !== undefined && status < 300 && !covers(wanted, media))
    return `media type ${type}, asked for was ${accepted}`;
  return method === 'HEAD' ? undefined : wrongBody(contract, content, media, body);
}

function wrongBody(
  contract: Contract,
  { schema }: DeclaredContent,
  media: MediaType,
  body: Buffer,
): string | undefined {
  const isText = isJson(media) || media.type === 'text';
  if (isText && isUtf8(media) && !isValidUtf8(body)) return 'the body is not UTF-8';
  if (!isJson(media)) return schema && wrongWith(contract.validators, schema.ref, String(body), 'body')?.what;
  let value: unknown;
  try {
    value = JSON.parse(String(body));
  } catch {
    return 'the body is not JSON';
  }
  if (!isSound(String(body), Number.POSITIVE_INFINITY)) return 'a key stands twice in the body';
  return schema && wrongWith(contract.validators, schema.ref, value, 'body')?.what;
}

function isValidUtf8(body: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(body);
    return true;
  } catch {
    return false;
  }
}
