import { plainError } from '../base/errors.ts';
import { type Answer, isJson } from '../contract/answer.ts';
import type { Contract } from '../contract/contract.ts';
import type { DeclaredResponse, Operation } from '../contract/operations.ts';
import type { Verdict } from '../health/probes.ts';
import type { Snapshot } from '../health/snapshot.ts';
import { healthContent, judged, probeReport, problemContent, textContent } from './report.ts';
import { createShaper, type Fields } from './shape.ts';

/** The answer of a probe operation in a state: the declared status, media type and schema choose the form. */
export function probeAnswer(contract: Contract, operation: Operation, snapshot: Snapshot): Answer {
  const { seen, verdict } = judged(operation, snapshot);
  return answerTo(contract, operation, seen, verdict);
}

/** The answer of a probe operation to a verdict, whatever it comes from. */
export function answerTo(contract: Contract, operation: Operation, seen: Snapshot, verdict: Verdict): Answer {
  const { status, mediaType, schema } = responseFor(operation, verdict.ok);
  if (mediaType === undefined) return { status };
  const report = probeReport(contract.document, seen, verdict);
  const content = contentOf(mediaType);
  if (schema === undefined) return { status, body: content };
  const fields = typeof content === 'string' ? report : { ...report, ...content };
  return { status, body: createShaper(contract.document, accepts(contract))(schema, content, { ...fields }) };

  function contentOf(media: string): string | Fields {
    if (media === 'text/plain') return textContent(operation.probe?.kind ?? '', report);
    if (media === 'application/problem+json') return problemContent(status, verdict);
    if (media === 'application/health+json') return healthContent(report);
    if (isJson(media)) return { ...report };
    throw plainError(
      'PROBITY_CONTRACT',
      `${operation.id} ${status}: Expected no content, JSON or text/plain, got ${media}`,
    );
  }
}

const accepts =
  ({ validators }: Contract) =>
  (ref: string, value: unknown): boolean =>
    validators[ref]?.(value) ?? false;

/** The only place where a status is chosen: the declared success; 503, or else the only failure that is declared. */
function responseFor(operation: Operation, ok: boolean): DeclaredResponse {
  const declared = [...operation.responses.values()];
  const [failures, successes] = [declared.filter(({ status }) => status >= 300), declared.filter(isSuccess)];
  const only = failures.length === 1 ? failures[0] : undefined;
  const found = ok ? successes[0] : (operation.responses.get(503) ?? only);
  if (found !== undefined) return found;
  throw plainError(
    'PROBITY_CONTRACT',
    `${operation.id}: Expected a ${ok ? '2xx' : '503'} response, the document declares none`,
  );
}

const isSuccess = ({ status }: DeclaredResponse): boolean => status >= 200 && status < 300;
