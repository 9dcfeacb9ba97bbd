import { Lexer, LineCounter, parseAllDocuments } from 'yaml';
import type { ErrorCode } from '../base/errors.ts';
import { isTooDeep } from '../base/nesting.ts';
import { syntaxMistake } from '../config/syntax.ts';
import { type Place, placeOfDocument } from './yaml-place.ts';

/** A file that cannot be judged. The message is one line for people: the place, and what was expected there. */
export class UnusableFile extends Error {
  readonly code: ErrorCode = 'PROBITY_MANIFEST';

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.name = 'UnusableFile';
  }
}

/**
 * The documents of a file in YAML or JSON, as far as there is anything in them.
 *
 * @param file its name, for messages
 * @throws UnusableFile for the first mistake of syntax, or when there is no mapping in it.
 */
export function readDocuments(text: string, file: string): Place[] {
  if (isTooDeep(text, new Lexer())) throw new UnusableFile(file, 'nested too deeply');
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  const documents = Array.isArray(parsed) ? parsed : [];
  for (const { errors } of documents) {
    const [mistake] = errors;
    if (mistake === undefined) continue;
    const { line, col } = lines.linePos(mistake.pos[0]);
    throw new UnusableFile(`${file}:${line}:${col}`, `broken YAML: ${syntaxMistake(mistake)}${templateHint(text)}`);
  }
  const places = documents.map((document) => placeOfDocument(file, document, lines));
  return places.filter(({ exists }) => exists);
}

const templateHint = (text: string): string =>
  text.includes('{{') ? '; a template has to be rendered first, as by `helm template`' : '';
