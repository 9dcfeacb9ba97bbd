import type { Document } from 'openapi-backend';
import { type Contract, isServed } from '../../contract/contract.ts';
import { excerpt } from '../../contract/excerpt.ts';

/**
 * What is served of the document, each operation at its full path. A copy: the backend replaces every $ref in what it is
 * given. Who may ask is decided before the backend is asked.
 */
export function definitionOf(contract: Contract): Document {
  const paths: Record<string, Record<string, unknown>> = {};
  const served = contract.operations.filter((operation) => isServed(contract, operation));
  for (const operation of served) {
    const item = contract.document.paths[operation.key] as Record<string, object>;
    paths[operation.path] = {
      ...paths[operation.path],
      ...(item.parameters === undefined ? {} : { parameters: item.parameters }),
      [operation.method]: {
        ...item[operation.method],
        operationId: operation.id,
        servers: undefined,
        security: undefined,
      },
    };
  }
  const open = { ...excerpt(contract.document, served), paths, servers: undefined, security: undefined };
  return JSON.parse(JSON.stringify(open));
}
