import type { OpenApiDocument } from './document.ts';
import { type Operation, readErrors, readOperations } from './operations.ts';
import type { Validators } from './validators.ts';

/** A document in force: what it declares, and the validators that hold answers to it. */
export interface Contract {
  readonly document: OpenApiDocument;
  /** The operations in the document's order. */
  readonly operations: readonly Operation[];
  /** Declares the answers that belong to no operation. */
  readonly errors: Operation;
  readonly validators: Validators;
  /** The ids of the operations that Probity's own handlers answer: those of the built-in document. */
  readonly handled: ReadonlySet<string>;
  /** The paths of the built-in document that were left out for those of the document that it was merged into. */
  readonly displaced?: readonly string[];
  /** Which release of the service answers, where its settings say so. */
  readonly releaseId?: string;
  /** Where in the files what a `$ref` names stands: `openapi.yaml:12:5`. Absent for the built-in document. */
  readonly place?: (ref: string) => string;
}

/** Whether anybody here answers an operation. The others are left to the application that the document is about. */
export const isServed = ({ handled }: Contract, { id, probe, simulate }: Operation): boolean =>
  probe !== undefined || simulate !== undefined || handled.has(id);

/** @param handled the ids of the operations that Probity's own handlers answer; all of them when left out */
export function createContract(
  document: OpenApiDocument,
  validators: Validators,
  handled?: ReadonlySet<string>,
): Contract {
  const operations = readOperations(document);
  return {
    document,
    operations,
    errors: readErrors(document),
    validators,
    handled: handled ?? new Set(operations.map(({ id }) => id)),
  };
}
