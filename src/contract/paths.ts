/**
 * A path as it stands in a request: what a document writes in another script, or with spaces, is percent-encoded there.
 * What is encoded stays so: a proxy that guards a path may not know it under another spelling.
 */
export const normalPath = (path: string): string =>
  isPlain.test(path)
    ? path
    : path
        .toWellFormed()
        .replaceAll(/%[\da-f]{2}/gi, (encoded) => encoded.toUpperCase())
        .replaceAll(/[^\w./~!$&'()*+,;=:@%-]+/g, encodeURIComponent);

const isPlain = /^[\w./~!$&'()*+,;=:@-]*$/;

/** The paths at which an operation is served. */
export const pathsOf = ({ path, otherPaths = [] }: { path: string; otherPaths?: readonly string[] }): string[] => [
  path,
  ...otherPaths,
];

/** What is found by a path, whatever its spelling. */
export function atPath<T>(table: ReadonlyMap<string, T>, path: string): T | undefined {
  return table.get(path) ?? (isPlain.test(path) ? undefined : table.get(normalPath(path)));
}
