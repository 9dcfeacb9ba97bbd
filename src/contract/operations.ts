import type { AccessGroup } from '../../generated/contract/operations.gen.ts';
import { plainError } from '../base/errors.ts';
import { isProbeKind, type ProbeKind } from '../health/probes.ts';
import {
  child,
  type HeaderObject,
  type OpenApiDocument,
  type OperationObject,
  type Place,
  type ResponseObject,
  type ResponsesObject,
  type Schema,
  type Server,
} from './document.ts';

/** What one status of an operation declares. */
export interface DeclaredResponse {
  readonly status: number;
  /** Absent where no body is declared. */
  readonly mediaType?: string;
  /** The body's schema; absent where any body of the media type will do. */
  readonly schema?: Place<Schema>;
  readonly headers: readonly DeclaredHeader[];
}

export interface DeclaredHeader {
  readonly name: string;
  readonly required: boolean;
  readonly schema?: Place<Schema>;
}

export interface Operation {
  readonly id: string;
  /** In lower case, as in the document. */
  readonly method: string;
  /** Where it is served: the path of the document under the base path of its server. */
  readonly path: string;
  /** The key under `paths` in the document. */
  readonly key: string;
  readonly probe?: { readonly kind: ProbeKind; readonly checks?: readonly string[] };
  readonly simulate?: { readonly check: string; readonly fault: 'outage' | 'none' };
  /** Who may ask, as it is written. What that comes to is said by `isGuarded` alone. */
  readonly access?: AccessGroup;
  readonly responses: ReadonlyMap<number, DeclaredResponse>;
}

interface PathItem {
  readonly servers?: readonly Server[];
  readonly [method: string]: unknown;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Every operation of a document, in its order. */
export function readOperations(document: OpenApiDocument): Operation[] {
  const paths = { node: document.paths, ref: '#/paths' };
  const keys = Object.keys(document.paths).filter((key) => key.startsWith('/'));
  return keys.flatMap((path) => {
    const item = child<PathItem>(document, paths, path);
    return methods
      .filter((method) => item.node[method] !== undefined)
      .map((method) => readOperation(document, item, path, method, child<OperationObject>(document, item, method)));
  });
}

/** `x-probe: readiness`, or `{probe: readiness, checks: [database]}`; see openapi/extensions.json. */
function probeOf(id: string, extension: unknown): NonNullable<Operation['probe']> {
  const { probe, checks } = (typeof extension === 'object' ? extension : { probe: extension }) as ProbeExtension;
  if (!isProbeKind(probe)) {
    throw plainError(
      'PROBITY_CONTRACT',
      `${id}: Expected \`x-probe\` to be liveness, readiness or startup, got \`${probe}\``,
    );
  }
  return checks === undefined ? { kind: probe } : { kind: probe, checks };
}

interface ProbeExtension {
  readonly probe: unknown;
  readonly checks?: readonly string[];
}

/** The path of a server's URL, without a slash at its end; of several servers, the first counts. */
function basePath(servers: readonly Server[] | undefined): string {
  const [server] = servers ?? [];
  const url = URL.parse(server?.url.replaceAll(/\{[^}]*\}/g, '') ?? '/', 'http://host/');
  return (url?.pathname ?? '/').replace(/\/+$/, '');
}

/** The pseudo-operation of `x-errors`, which declares the answers that belong to no operation. */
export function readErrors(document: OpenApiDocument): Operation {
  const errors = { node: document['x-errors'] ?? {}, ref: '#/x-errors' };
  return { id: 'x-errors', method: '', path: '', key: '', responses: readResponses(document, errors) };
}

function readOperation(
  document: OpenApiDocument,
  item: Place<PathItem>,
  key: string,
  method: string,
  place: Place<OperationObject>,
): Operation {
  const { operationId, servers, 'x-probe': probe, 'x-simulate': simulate, 'x-access': access } = place.node;
  const id = operationId ?? `${method} ${key}`;
  return {
    id,
    method,
    path: basePath(servers ?? item.node.servers ?? document.servers) + key,
    key,
    ...(probe === undefined ? {} : { probe: probeOf(id, probe) }),
    ...(simulate === undefined ? {} : { simulate: simulate as NonNullable<Operation['simulate']> }),
    ...(access === undefined ? {} : { access: access as AccessGroup }),
    responses: readResponses(document, child<ResponsesObject>(document, place, 'responses')),
  };
}

function readResponses(
  document: OpenApiDocument,
  responses: Place<ResponsesObject>,
): ReadonlyMap<number, DeclaredResponse> {
  return new Map(
    statusesOf(responses.node).map((status) => [
      Number(status),
      readResponse(document, Number(status), child<ResponseObject>(document, responses, status)),
    ]),
  );
}

/** Those that are spelled out: `default` and `4XX` say nothing of what comes. */
const statusesOf = (responses: ResponsesObject | undefined): string[] =>
  Object.keys(responses ?? {}).filter((status) => /^\d{3}$/.test(status));

function readResponse(document: OpenApiDocument, status: number, response: Place<ResponseObject>): DeclaredResponse {
  const headers = readHeaders(document, response);
  const [mediaType] = Object.keys(response.node.content ?? {});
  if (mediaType === undefined) return { status, headers };
  const content = child<object>(document, response, 'content');
  const media = child<{ schema?: Schema }>(document, content, mediaType);
  if (media.node.schema === undefined) return { status, headers, mediaType };
  return { status, headers, mediaType, schema: child<Schema>(document, media, 'schema') };
}

function readHeaders(document: OpenApiDocument, response: Place<ResponseObject>): DeclaredHeader[] {
  const names = Object.keys(response.node.headers ?? {});
  return names.map((name) => {
    const header = child<HeaderObject>(document, child<object>(document, response, 'headers'), name);
    const required = header.node.required ?? false;
    if (header.node.schema === undefined) return { name, required };
    return { name, required, schema: child<Schema>(document, header, 'schema') };
  });
}
