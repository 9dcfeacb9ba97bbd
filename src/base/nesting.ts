import type { Lexer } from 'yaml';

/** No document that means anything is nested deeper, and whoever walks it further on may use the stack. */
const deepest = 200;
/** Of spaces, before what begins a block: each level takes one at least. */
const widest = 1_000;

/**
 * Whether a text in YAML or JSON is nested too deeply, read only as far as it is not: the parser needs gigabytes, or
 * minutes, for some megabytes of `[`.
 */
export function isTooDeep(text: string, lexer: Lexer): boolean {
  let flow = 0;
  let block = 0;
  let isLineStart = true;
  for (const token of lexer.lex(text)) {
    if (/^\r?\n/.test(token)) {
      isLineStart = true;
      block = 0;
      continue;
    }
    if (token === '[' || token === '{') flow += 1;
    else if (token === ']' || token === '}') flow -= 1;
    else if (flow <= 0 && (token === '-' || token === '?' || token === ':')) block += 1;
    const isIndent = isLineStart && flow <= 0 && token.startsWith(' ');
    if (flow > deepest || block > deepest || (isIndent && token.length > widest)) return true;
    isLineStart = false;
  }
  return false;
}
