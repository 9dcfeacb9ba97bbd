import type { OpenApiDocument, OperationObject, Place } from '../contract/document.ts';
import type { Operation } from '../contract/operations.ts';
import type { Report } from './finding.ts';

/** An operation in its document. */
export interface Side {
  readonly document: OpenApiDocument;
  readonly operation: Operation;
  readonly object: Place<OperationObject>;
}

/** The same operation before and after. */
export interface Pair {
  readonly old: Side;
  readonly new: Side;
  readonly report: Report;
}
