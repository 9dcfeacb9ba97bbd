/** One thing that a change of a document breaks. */
export interface Finding {
  /** `GET /ready`, or `x-errors`; of several that share what is other, the first. */
  readonly operation: string;
  /** How many others it breaks as well. */
  readonly others?: number;
  /** Where it stands: in the new document, or in the old one what is gone. */
  readonly place: string;
  /** What is other than it was. */
  readonly what: string;
  /** Why that breaks somebody. */
  readonly why: string;
  readonly whom: Whom;
}

export type Whom = 'probers' | 'clients' | 'probers and clients';

interface Found extends Pick<Finding, 'what' | 'why' | 'whom'> {
  /** In which document its place is. */
  readonly in: 'old' | 'new';
  readonly ref: string;
  /** What it is about, where other operations may share that. */
  readonly shared?: string;
}

/** Takes what was found of one operation. */
export type Report = (found: Found) => void;
