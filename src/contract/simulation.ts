import type { AccessGroup } from '../../generated/contract/operations.gen.ts';
import type { OpenApiDocument, OperationObject } from './document.ts';

/** The document without what belongs to simulation: what is off is not served, and not documented. */
export function withoutSimulation(document: OpenApiDocument): OpenApiDocument {
  const paths = Object.entries(document.paths).flatMap(([path, item]) => {
    const kept = Object.entries(item).filter(([, operation]) => !isSimulation(operation));
    return kept.some(([key]) => key !== 'parameters') ? [[path, Object.fromEntries(kept)] as const] : [];
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function isSimulation(operation: unknown): boolean {
  const { 'x-access': access, 'x-simulate': simulate } = operation as OperationObject;
  return simulate !== undefined || access === ('simulation' satisfies AccessGroup);
}
