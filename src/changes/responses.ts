import {
  contentOf,
  type DeclaredResponse,
  failing,
  passing,
  type Responses,
  responseTo,
  type StatusKey,
} from '../contract/responses.ts';
import { compareAnswer } from './bodies.ts';
import type { Whom } from './finding.ts';
import type { Pair } from './pair.ts';

/** What an operation answers. */
export function compareResponses(pair: Pair): void {
  const { old, new: now } = pair;
  if (old.operation.probe !== undefined && now.operation.probe !== undefined) compareProbe(pair);
  for (const [status, response] of old.operation.responses) {
    const other = declaredAs(now.operation.responses, status);
    if (other !== undefined) compareResponse(pair, status, response, other);
    else
      pair.report({
        in: 'old',
        ref: response.ref,
        what: `${status} is no longer declared`,
        why: Number(status) < 300 ? 'it is what success was' : 'a client tells this case by it',
        whom: 'clients',
      });
  }
}

const declaredAs = (responses: Responses, status: StatusKey): DeclaredResponse | undefined =>
  typeof status === 'number' ? responseTo(responses, status) : (responses.get(status) ?? responses.get('default'));

/** Probers know the status alone. */
function compareProbe({ old, new: now, report }: Pair): void {
  for (const [said, of] of [
    ['passes', passing],
    ['fails', failing],
  ] as const) {
    const [was, is] = [of(old.operation.responses), of(now.operation.responses)];
    if (was === undefined || is === undefined || was.status === is.status) continue;
    report({
      in: 'new',
      ref: is.response.ref,
      what: `a probe that ${said} answers ${is.status}, it was ${was.status}`,
      why: `a prober that expects ${was.status} takes it for something else`,
      whom: 'probers',
    });
  }
}

function compareResponse(pair: Pair, status: StatusKey, old: DeclaredResponse, now: DeclaredResponse): void {
  const { report } = pair;
  const whom: Whom = 'clients';
  for (const content of old.content) {
    const other =
      content.mediaType === undefined
        ? now.content.find(({ key }) => key === content.key)
        : (contentOf(now, content.mediaType) ?? now.content.find(({ key }) => key === content.key));
    if (other === undefined) {
      const left = now.content.map(({ key }) => key).join(', ') || 'no body';
      report({
        in: 'new',
        ref: now.ref,
        what: `${status} has no ${content.key} any more, but ${left}`,
        why: 'a client does not read it',
        whom,
      });
      continue;
    }
    compareAnswer({
      old: { document: pair.old.document, schema: content.schema },
      new: { document: pair.new.document, schema: other.schema },
      name: `${status} ${content.key}`,
      report,
    });
  }
  compareHeaders(pair, status, old, now);
}

function compareHeaders(pair: Pair, status: StatusKey, old: DeclaredResponse, now: DeclaredResponse): void {
  for (const header of old.headers) {
    const other = now.headers.find(({ name }) => name.toLowerCase() === header.name.toLowerCase());
    const name = `${status} header ${header.name}`;
    if (header.required && !other?.required)
      pair.report({
        in: 'new',
        ref: now.ref,
        what: `${name} may be missing`,
        why: 'a client counts on it',
        whom: 'clients',
      });
    if (other !== undefined)
      compareAnswer({
        old: { document: pair.old.document, schema: header.schema },
        new: { document: pair.new.document, schema: other.schema },
        name,
        report: pair.report,
      });
  }
}
