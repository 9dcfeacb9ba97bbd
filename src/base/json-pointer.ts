/** One step of a JSON pointer as the key that it stands for (RFC 6901, 4). */
export const unescapedKey = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

/** The keys that a JSON pointer leads by, as ajv writes one: without percent-encoding. */
export const keysIn = (pointer: string): string[] => pointer.split('/').slice(1).map(unescapedKey);
