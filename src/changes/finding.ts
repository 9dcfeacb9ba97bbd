/** One thing that a change of a document breaks. */
export interface Finding {
  /** `GET /ready`, or `x-errors`. */
  readonly operation: string;
  /** Where it stands: in the new document, or in the old one what is gone. */
  readonly place: string;
  /** What is other than it was. */
  readonly what: string;
  /** Why that breaks somebody. */
  readonly why: string;
  readonly whom: Whom;
}

export type Whom = 'probers' | 'clients' | 'probers and clients';

/** Takes a finding about one operation; `in` says in which document its place is. */
export type Report = (
  found: { readonly in: 'old' | 'new'; readonly ref: string } & Pick<Finding, 'what' | 'why' | 'whom'>,
) => void;
