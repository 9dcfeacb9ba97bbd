/** The type of a value as JSON Schema names it, the closest one. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

/** Whether a limit is a lower bound, an upper one, or none that can be compared. */
export const boundOf = (word: string): 'lower' | 'upper' | undefined =>
  /^(min|exclusiveMin)/.test(word) ? 'lower' : /^(max|exclusiveMax)/.test(word) ? 'upper' : undefined;

/** What a limit is about. */
export const typesAbout: Readonly<Record<string, readonly string[]>> = {
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  exclusiveMinimum: ['number', 'integer'],
  exclusiveMaximum: ['number', 'integer'],
  multipleOf: ['number', 'integer'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  minProperties: ['object'],
  maxProperties: ['object'],
};

/** Whether a value keeps a limit, as far as that is told without a validator. */
export function keeps(word: string, limit: unknown, value: unknown): boolean {
  if (typesAbout[word]?.includes(typeOf(value)) !== true) return true;
  if (word === 'pattern') return patternOf(limit)?.test(String(value)) ?? true;
  if (word === 'multipleOf') return Number.isInteger(Number(value) / Number(limit));
  const size = typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : value;
  if (typeof size !== 'number') return true;
  if (word.startsWith('exclusive')) return word.endsWith('Minimum') ? size > Number(limit) : size < Number(limit);
  return boundOf(word) === 'lower' ? size >= Number(limit) : size <= Number(limit);
}

function patternOf(pattern: unknown): RegExp | undefined {
  try {
    return new RegExp(String(pattern), 'u');
  } catch {
    return undefined;
  }
}
