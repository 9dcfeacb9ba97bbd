import { plainError } from '../base/errors.ts';
import { type Answer, ContractViolation } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import { follow, type Place, type Schema } from '../contract/document.ts';
import { isJson, isRange, isUtf8, type MediaType } from '../contract/media-type.ts';
import type { Operation } from '../contract/operations.ts';
import { type DeclaredContent, type DeclaredResponse, failing, passing } from '../contract/responses.ts';
import type { Verdict } from '../health/probes.ts';
import type { Snapshot } from '../health/snapshot.ts';
import { type AskedFields, askedFields } from './asked-fields.ts';
import { branchesOf } from './discriminator.ts';
import { healthContent, judged, type ProbeReport, probeReport, problemContent, textContent } from './report.ts';
import { createShaper, type Fields } from './shape.ts';

/** The answers of a probe operation in a state: one for each media type that it can speak, in the document's order. */
export function probeAnswers(
  contract: Contract,
  operation: Operation,
  snapshot: Snapshot,
  asked: AskedFields = askedFields(contract),
): readonly Answer[] {
  const { seen, verdict } = judged(operation, snapshot);
  return answersTo(contract, operation, seen, verdict, asked);
}

/** The answers of a probe operation to a verdict, whatever it comes from. */
export function answersTo(
  contract: Contract,
  operation: Operation,
  seen: Snapshot,
  verdict: Verdict,
  asked: AskedFields = askedFields(contract),
): readonly Answer[] {
  const found = verdict.ok ? passing(operation.responses) : failing(operation.responses);
  if (found === undefined) {
    const expected = verdict.ok ? '2xx' : '503';
    throw plainError(
      'PROBITY_CONTRACT',
      `${operation.id}: Expected a ${expected} response, the document declares none`,
    );
  }
  const { status, response } = found;
  if (response.content.length === 0) return [{ status }];
  const spoken = response.content.flatMap((content) => {
    const form = formOf(contract, content);
    return form === undefined ? [] : [{ content, form }];
  });
  if (spoken.length === 0) throw unspoken(operation, status, response);
  const report = probeReport(contract.document, seen, verdict);
  const shape = createShaper(contract.document, accepts(contract), new Set(Object.keys(asked)));
  return spoken.map(({ content, form }) => {
    const plain = forms[form](report, operation.probe?.kind ?? '', () => problemContent(status, verdict));
    if (content.schema === undefined) return { status, content, body: plain };
    const fields: Fields = { ...asked, ...report, ...(typeof plain === 'string' ? {} : plain) };
    return { status, content, body: shape(content.schema, plain, fields) };
  });
}

type Form = 'report' | 'problem' | 'health' | 'text';

const forms: Readonly<Record<Form, (report: ProbeReport, kind: string, problem: () => Fields) => string | Fields>> = {
  report: (report) => ({ ...report }),
  problem: (_, __, problem) => problem(),
  health: healthContent,
  text: (report, kind) => textContent(kind, report),
};

/** How a probe speaks a declared media type; nothing where it does not. */
function formOf(contract: Contract, { mediaType, schema }: DeclaredContent): Form | undefined {
  if (mediaType === undefined || !isUtf8(mediaType)) return undefined;
  const isText = mightBeText(contract, schema);
  if (isRange(mediaType)) {
    if (mediaType.type === 'text') return isText ? 'text' : undefined;
    if (mediaType.type !== '*' && mediaType.type !== 'application') return undefined;
    return mediaType.type === '*' && schema !== undefined && isText ? 'text' : 'report';
  }
  if (isJson(mediaType)) return formOfJson(mediaType);
  return mediaType.type === 'text' && mediaType.subtype === 'plain' && isText ? 'text' : undefined;
}

function formOfJson({ subtype }: MediaType): Form {
  if (subtype === 'problem+json') return 'problem';
  return subtype === 'health+json' ? 'health' : 'report';
}

/** Whether a schema can be that of a text: generators declare `text/plain` for objects as well, and nobody sends those. */
function mightBeText(contract: Contract, schema: Place<Schema> | undefined): boolean {
  if (schema === undefined) return true;
  const place = follow(contract.document, schema);
  const { type, properties, allOf } = place.node;
  if (type !== undefined) return [type].flat().includes('string');
  if (properties !== undefined || allOf !== undefined) return false;
  return branchesOf(place)?.some((branch) => mightBeText(contract, branch)) ?? true;
}

function unspoken(operation: Operation, status: number, { content, ref }: DeclaredResponse): ContractViolation {
  const keys = content.map(({ key }) => key).join(', ');
  return new ContractViolation(
    operation,
    status,
    `expected no content, JSON or text/plain, got ${keys}`,
    `${ref}/content`,
  );
}

const accepts =
  ({ validators }: Contract) =>
  (ref: string, value: unknown): boolean =>
    validators[ref]?.(value) ?? false;
