/** What a document says cannot be understood. */
export class DocumentError extends Error {
  /** Where it stands. */
  readonly ref: string;

  constructor(message: string, ref: string) {
    super(message);
    this.name = 'DocumentError';
    this.ref = ref;
  }
}
