import type { JsonValue } from 'jsonpath-rfc9535';
import { plainError } from '../../../base/errors.ts';

/** A node that a query has found. */
export interface Selected {
  readonly keys: readonly string[];
  readonly value: unknown;
}

/**
 * What a JSONPath (RFC 9535) selects, each node once, in the document's order.
 *
 * @throws SyntaxError for what is no JSONPath
 */
export type Select = (document: unknown, query: string) => Selected[];

const name = 'jsonpath-rfc9535';

/**
 * Loads what selects: an optional peer, as few have overlays.
 *
 * @throws Error naming the package where it is not installed
 */
export async function loadSelect(): Promise<Select> {
  const { exec } = await loadLibrary();
  return (document, query) => {
    const found = new Map<string, Selected>();
    exec(document as JsonValue, query, (value, path) => {
      const keys = path.map((key) => (typeof key === 'number' ? String(key) : plain(key)));
      found.set(JSON.stringify(keys), { keys, value });
    });
    return [...found.values()];
  };
}

async function loadLibrary(): Promise<Pick<typeof import('jsonpath-rfc9535'), 'exec'>> {
  try {
    return await import('jsonpath-rfc9535');
  } catch (cause) {
    throw plainError('PROBITY_DRIVER', `overlays need the package ${name}: npm install ${name}`, { cause });
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

/** A key is told as a normalized path writes it (RFC 9535, 2.7). */
const plain = (key: string): string =>
  key.replaceAll(/\\(?:u([\da-f]{4})|(.))/g, (_, code: string | undefined, letter: string) =>
    code === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(code, 16)),
  );
