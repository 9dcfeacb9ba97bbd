import type { AccessGroup } from '../../generated/contract/operations.gen.ts';
import { plainError } from '../base/errors.ts';
import { isProbeKind, type ProbeKind } from '../health/probes.ts';
import {
  child,
  type OpenApiDocument,
  type OperationObject,
  type Place,
  type ResponsesObject,
  type Server,
} from './document.ts';
import { type Responses, readResponses } from './responses.ts';

export interface Operation {
  readonly id: string;
  /** In lower case, as in the document. */
  readonly method: string;
  /** Where it is served: the path of the document under the base path of its server. */
  readonly path: string;
  /** The key under `paths` in the document. */
  readonly key: string;
  readonly probe?: {
    readonly kind: ProbeKind;
    readonly checks?: readonly string[];
    /** `false` for liveness that leaves heartbeats out. */
    readonly heartbeats?: false;
  };
  readonly simulate?: { readonly check: string; readonly fault: 'outage' | 'none' };
  /** Who may ask, as it is written. What that comes to is said by `isGuarded` alone. */
  readonly access?: AccessGroup;
  readonly responses: Responses;
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
  const { probe, checks, heartbeats } = (
    typeof extension === 'object' ? extension : { probe: extension }
  ) as ProbeExtension;
  if (!isProbeKind(probe)) {
    throw plainError(
      'PROBITY_CONTRACT',
      `${id}: Expected \`x-probe\` to be liveness, readiness or startup, got \`${probe}\``,
    );
  }
  return { kind: probe, ...(checks && { checks }), ...(heartbeats === false && { heartbeats }) };
}

interface ProbeExtension {
  readonly probe: unknown;
  readonly checks?: readonly string[];
  readonly heartbeats?: false;
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
