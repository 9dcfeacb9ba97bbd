import type { OpenApiDocument } from './document.ts';
import { errorsId, type Operation, readOperations } from './operations.ts';
import type { Validators } from './validators.ts';

/** A document in force: what it declares, and the validators that hold answers to it. */
export interface Contract {
  readonly document: OpenApiDocument;
  /** The operations in the document's order. */
  readonly operations: readonly Operation[];
  /** Declares the answers that belong to no operation. */
  readonly errors: Operation;
  readonly validators: Validators;
}

export function createContract(document: OpenApiDocument, validators: Validators): Contract {
  const all = readOperations(document);
  const operations = all.filter((operation) => operation.id !== errorsId);
  const [errors] = all.slice(-1) as [Operation];
  return { document, operations, errors, validators };
}
