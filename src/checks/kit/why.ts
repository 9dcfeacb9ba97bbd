import { masked } from '../../base/url.ts';

/** As long as a line of a log may be read at a glance. */
const longest = 200;

/** Errors name each other as causes, in circles even: so many have their say. */
const mostErrors = 3;

/**
 * What an error says for itself and by its causes, for the log of those who operate: one line of at most 200 characters
 * without the credentials of URLs. Nothing when it says nothing; never throws, whatever it is given.
 */
export function whyOf(error: unknown): string | undefined {
  try {
    const line = masked([...new Set(wordsOf(error))].join(': '))
      .replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim();
    return line === '' ? undefined : line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  } catch {
    return undefined; // A getter or a proxy that throws.
  }
}

function wordsOf(error: unknown): string[] {
  const words: string[] = [];
  let current = error;
  for (let count = 0; count < mostErrors && current !== undefined && current !== null; count += 1) {
    if (typeof current !== 'object') return typeof current === 'string' ? [...words, current] : words;
    const { message, code, cause, errors } = current as Record<string, unknown>;
    const said = typeof message === 'string' && message !== '' ? message : code;
    // A driver may quote a whole answer.
    if (typeof said === 'string') words.push(said.slice(0, 10 * longest));
    current = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return words;
}
