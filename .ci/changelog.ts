/** A version that can be released. */
export const pattern: RegExp = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;

/** What a changelog says below `## TITLE`, with or without a date; undefined where there is no such title. */
export function entryOf(changelog: string, title: string): string | undefined {
  const [, entry] =
    changelog
      .split(/^## /m)
      .map((part) => /^(\S+)[^\n]*\n([\s\S]*)$/.exec(part) ?? [])
      .map(([, name, text]) => [name, text])
      .find(([name]) => name === title) ?? [];
  return entry?.trim();
}
