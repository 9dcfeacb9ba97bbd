import type { Json } from '../contract/walk.ts';
import type { ProbeKind } from '../health/probes.ts';

const states: Readonly<Record<ProbeKind, { readonly title: string; readonly well: string; readonly ill: string }>> = {
  liveness: { title: 'Liveness probe', well: 'Alive', ill: 'Not alive' },
  readiness: { title: 'Readiness probe', well: 'Ready', ill: 'Not ready' },
  startup: { title: 'Startup probe', well: 'Started', ill: 'Not started' },
};

export const passed = (kind: ProbeKind): Json => ({ description: states[kind].well });

/** With a body that says why (RFC 9457). */
export const failed = (kind: ProbeKind): Json => ({
  description: states[kind].ill,
  content: {
    'application/problem+json': {
      schema: {
        type: 'object',
        properties: { title: { type: 'string' }, status: { type: 'integer' }, detail: { type: 'string' } },
      },
    },
  },
});

/**
 * A whole operation. Where the document asks for credentials by default, it says that a prober needs none.
 *
 * @param used the ids of the document's operations, which get one more
 */
export function operationFor(kind: ProbeKind, used: Set<string>, isSecured: boolean): Json {
  let operationId: string = kind;
  for (let suffix = 'Probe'; used.has(operationId); suffix += '_') operationId = kind + suffix;
  used.add(operationId);
  return {
    operationId,
    summary: states[kind].title,
    'x-probe': kind,
    ...(isSecured && { security: [] }),
    responses: { '200': passed(kind), '503': failed(kind) },
  };
}
