/** The keys and indices that lead to a value. */
export type Path = readonly string[];

/** Where configuration comes from, before it is judged. */
export interface Source {
  readonly content: unknown;
  /** Where the value at `path` stands, or its `key`, for people. */
  place(path: Path, key?: string): string;
  /** The environment variables that the value at `path` was made from. */
  variables(path: Path): readonly string[];
}
