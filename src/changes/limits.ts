import { type Effective, typesIn } from './effective.ts';
import type { Excess } from './schema.ts';
import { boundOf, keeps, typesAbout } from './values.ts';

/** The limits of one schema that another one does not keep. */
export function excessOfLimits(s: Effective, g: Effective): Excess[] {
  const types = typesIn(g);
  return [...s.limits].flatMap(([word, limit]) => {
    const about = typesAbout[word];
    if (about !== undefined && !about.some((type) => types.has(type) && (s.types?.has(type) ?? true))) return [];
    if (g.values !== undefined)
      return [...g.values]
        .filter((text) => !keeps(word, limit, JSON.parse(text)))
        .map((text) => told('value', text, g));
    const other = g.limits.get(word);
    return holds(word, limit, other) ? [] : [told('limit', described(word, limit, other), g)];
  });
}

const told = (kind: Excess['kind'], what: string, { ref }: Effective): Excess => ({ path: '', kind, what, ref });

function described(word: string, limit: unknown, other: unknown): string {
  const was = typeof limit === 'object' ? word : `${word} ${limit}`;
  return other === undefined || typeof other === 'object' ? `not ${was}` : `${word} ${other}, not ${was}`;
}

function holds(word: string, limit: unknown, other: unknown): boolean {
  const bound = boundOf(word);
  if (limit === false) return true;
  if (bound === undefined || other === undefined) return JSON.stringify(limit) === JSON.stringify(other);
  return bound === 'lower' ? Number(other) >= Number(limit) : Number(other) <= Number(limit);
}
