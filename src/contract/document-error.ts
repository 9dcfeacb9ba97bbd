import type { ErrorCode } from '../base/errors.ts';

/** What a document says cannot be understood. */
export class DocumentError extends Error {
  readonly code: ErrorCode = 'PROBITY_CONTRACT';
  /** Where it stands. */
  readonly ref: string;

  constructor(message: string, ref: string) {
    super(message);
    this.name = 'DocumentError';
    this.ref = ref;
  }
}
