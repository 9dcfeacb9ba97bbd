/** What a terminal acts on, or an eye does not see: control characters and those that change the direction. */
const hidden = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Whether a name for people shows what it is. The joiners of emoji, Persian and Hindi are letters there. */
export const isPlain = (text: string): boolean => !hidden.test(text);

/** Without characters that could break the line or act on a terminal. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/**
 * A text of anybody's without what is a secret wherever it stands: the user info of URLs (up to the last `@`, as a
 * password that was not encoded may hold anything), a user and a password before a host, parameters with a secret's name,
 * and what Redis repeats of a command that it does not know, which may be AUTH.
 */
export function withoutCredentials(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/).*@/gis, '$1***@')
    .replace(/[^\s/:@]+:[^\s/@]+@/g, '***@')
    .replace(/((?:pass|pwd|secret|token|key|auth|cred|cookie|session|signature)[\w-]*=)[^&#\s]*/gi, '$1***')
    .replace(/\b(Bearer|Basic) +(?=\S*[A-Z0-9=])\S+/g, '$1 ***')
    .replace(/(with args beginning with:).*/gis, '$1 ***');
}
