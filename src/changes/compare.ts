import { child, type OpenApiDocument, type OperationObject } from '../contract/document.ts';
import { type Operation, readErrors, readOperations } from '../contract/operations.ts';
import { pathsOf } from '../contract/paths.ts';
import { compareAccess } from './access.ts';
import type { Finding, Report } from './finding.ts';
import type { Pair, Side } from './pair.ts';
import { compareProbes } from './probes.ts';
import { compareRequests } from './requests.ts';
import { compareResponses } from './responses.ts';

/** A document, and where in its files what a `$ref` names stands. */
export interface Version {
  readonly document: OpenApiDocument;
  place(ref: string): string;
}

/**
 * What a change of a document breaks for probers and for clients, in the order of the old one. What is added breaks nobody,
 * unless a client has to send it.
 */
export function compare(old: Version, now: Version): Finding[] {
  const findings: Finding[] = [];
  const after = new Map(readOperations(now.document).map((operation) => [keyOf(operation), operation]));
  for (const operation of readOperations(old.document)) {
    const name = `${operation.method.toUpperCase()} ${operation.key}`;
    const report: Report = ({ in: where, ref, ...found }) =>
      findings.push({ operation: name, place: (where === 'old' ? old : now).place(ref), ...found });
    const other = after.get(keyOf(operation));
    const before = sideOf(old.document, operation);
    if (other === undefined) gone(before, after, report);
    else compareOperation({ old: before, new: sideOf(now.document, other), report });
  }
  const report: Report = ({ in: where, ref, ...found }) =>
    findings.push({ operation: 'x-errors', place: (where === 'old' ? old : now).place(ref), ...found });
  compareResponses({ old: errorsOf(old.document), new: errorsOf(now.document), report });
  return findings;
}

/** How a parameter of a path is called is no matter. */
const keyOf = ({ method, key }: Operation): string => `${method} ${key.replaceAll(/\{[^}]*\}/g, '{}')}`;

function sideOf(document: OpenApiDocument, operation: Operation): Side {
  const item = child<object>(document, { node: document.paths, ref: '#/paths' }, operation.key);
  return { document, operation, object: child<OperationObject>(document, item, operation.method) };
}

const errorsOf = (document: OpenApiDocument): Side => ({
  document,
  operation: readErrors(document),
  object: { node: {}, ref: '#/x-errors' },
});

function gone({ operation, object }: Side, after: ReadonlyMap<string, Operation>, report: Report): void {
  const isPathLeft = [...after.values()].some(({ key }) => key === operation.key);
  report({
    in: 'old',
    ref: object.ref,
    what: 'is no longer declared',
    why: `who asks for it gets a ${isPathLeft ? 405 : 404}`,
    whom: operation.probe === undefined ? 'clients' : 'probers and clients',
  });
}

function compareOperation(pair: Pair): void {
  comparePaths(pair);
  compareNames(pair);
  compareProbes(pair);
  compareAccess(pair);
  compareRequests(pair);
  compareResponses(pair);
}

/** Where it is served: a document's servers may have other base paths now. */
function comparePaths({ old, new: now, report }: Pair): void {
  const placed = (path: string): string => path.replaceAll(/\{[^}]*\}/g, '{}');
  const paths = new Set(pathsOf(now.operation).map(placed));
  const lost = pathsOf(old.operation).filter((path) => !paths.has(placed(path)));
  if (lost.length === 0) return;
  report({
    in: 'new',
    ref: now.object.ref,
    what: `is no longer at ${lost.join(', ')}, but at ${pathsOf(now.operation).join(', ')}`,
    why: 'who asks for it gets a 404',
    whom: old.operation.probe === undefined ? 'clients' : 'probers and clients',
  });
}

function compareNames({ old, new: now, report }: Pair): void {
  const [{ operationId: was }, { operationId: is }] = [old.object.node, now.object.node];
  if (was === undefined || was === is) return;
  report({
    in: 'new',
    ref: is === undefined ? now.object.ref : `${now.object.ref}/operationId`,
    what: `operationId: ${is ?? 'nothing'}, it was ${was}`,
    why: 'a generated client calls it by another name',
    whom: 'clients',
  });
}
