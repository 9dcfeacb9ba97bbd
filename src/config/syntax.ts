import type { YAMLError } from 'yaml';

type Code = YAMLError['code'];

/** Mistakes whose message, in the parser's own words, quotes nothing of the file: what it quotes may be a secret. */
const plain: ReadonlySet<Code> = new Set<Code>([
  'ALIAS_PROPS',
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'KEY_OVER_1024_CHARS',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_TAGS',
  'TAB_AS_INDENT',
]);

const others: Partial<Record<Code, string>> = {
  BAD_ALIAS: 'not a name for an anchor',
  BAD_DQ_ESCAPE: 'no such escape in double quotes',
  BAD_SCALAR_START: 'a value that begins with such a character needs quotes',
  MULTIPLE_DOCS: 'expected one document, found more',
  NON_STRING_KEY: 'expected a string as the key',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAG_RESOLVE_FAILED: 'tags are not supported',
};

/** A mistake of syntax in words for people, without a word of the file. */
export function syntaxMistake({ code, message }: YAMLError): string {
  return plain.has(code) ? message.charAt(0).toLowerCase() + message.slice(1) : (others[code] ?? 'unexpected text');
}
