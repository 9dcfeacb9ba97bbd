import type { Blocker, ProbeProblem } from '../../generated/contract/types.gen.ts';
import { mostNamed, type Verdict } from '../health/probes.ts';
import type { Answer } from './answer.ts';
import { child, follow, type OpenApiDocument, type Place, type Schema } from './document.ts';
import type { DeclaredResponse, Operation } from './operations.ts';

/** The answer of a probe operation to a verdict, in the form that the declared status, media type and schema ask for. */
export function probeAnswer(document: OpenApiDocument, operation: Operation, verdict: Verdict): Answer {
  const response = responseFor(operation, verdict);
  const { status, mediaType, schema } = response;
  if (mediaType === undefined) return { status };
  const content = mediaType === 'application/problem+json' ? problemOf(status, verdict) : {};
  return { status, body: schema === undefined ? content : shaped(document, schema, content) };
}

/** The only place where a status is chosen: the declared success, or 503. */
function responseFor(operation: Operation, verdict: Verdict): DeclaredResponse {
  const declared = [...operation.responses.values()];
  const found = declared.find(({ status }) => (verdict.ok ? status >= 200 && status < 300 : status === 503));
  if (found !== undefined) return found;
  throw new Error(`${operation.id}: Expected a ${verdict.ok ? '2xx' : '503'} response, the document declares none`);
}

function problemOf(status: number, verdict: Verdict): Partial<ProbeProblem> {
  if (verdict.ok) return {};
  const blockers = verdict.blockers.slice(0, mostNamed).map(
    ({ name, state }): Blocker => ({
      check: name,
      reason: state.reason ?? 'unavailable',
      simulated: state.last?.simulated ?? false,
    }),
  );
  return {
    type: 'about:blank',
    title: 'Service Unavailable',
    status: status as 503,
    detail: verdict.detail,
    ...(blockers.length === 0 ? {} : { checks: blockers }),
  };
}

/**
 * `content` in the shape of a schema: a `const` is the document's own word and wins, and a property that a closed
 * schema does not declare is left out.
 */
export function shaped(document: OpenApiDocument, place: Place<Schema>, content: Record<string, unknown>): object {
  const schema = follow(document, place);
  const properties = child<Record<string, Schema>>(document, schema, 'properties');
  const declared = Object.keys(properties.node ?? {}).flatMap((name) => {
    const { node } = child<Schema>(document, properties, name);
    const value = 'const' in node ? node.const : content[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const closed = schema.node.additionalProperties === false;
  return { ...(closed ? {} : content), ...Object.fromEntries(declared) };
}
