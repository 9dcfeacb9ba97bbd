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
  /** Where it is served as well: under the base paths of the other servers. */
  readonly otherPaths?: readonly string[];
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

/** The paths of the servers' URLs, each once, without a slash at their ends. */
function basePaths(servers: readonly Server[] | undefined): string[] {
  const bases = (servers ?? []).map(basePath);
  return bases.length === 0 ? [''] : [...new Set(bases)];
}

/** Of a variable the default counts. A URL that is relative is so to where the document is served: that is the root. */
function basePath({ url, variables = {} }: Server): string {
  const filled = url.replaceAll(/\{([^}]*)\}/g, (_, name: string) => String(variables[name]?.default ?? ''));
  return (URL.parse(filled, 'http://host/')?.pathname ?? '/').replace(/\/+$/, '');
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
  let responses: Responses | undefined;
  const [path = '', ...others] = basePaths(servers ?? item.node.servers ?? document.servers);
  return {
    id,
    method,
    path: path + key,
    ...(others.length === 0 ? {} : { otherPaths: others.map((base) => base + key) }),
    key,
    ...(probe === undefined ? {} : { probe: probeOf(id, probe) }),
    ...(simulate === undefined ? {} : { simulate: simulate as NonNullable<Operation['simulate']> }),
    ...(access === undefined ? {} : { access: access as AccessGroup }),
    // Most operations of a large document are somebody else's: theirs are never read.
    get responses() {
      responses ??= readResponses(document, child<ResponsesObject>(document, place, 'responses'));
      return responses;
    },
  };
}
