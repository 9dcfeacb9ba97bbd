import type { Chance } from '../../simulation/chance.ts';
import type { Schema } from './schemas.ts';

/** The media types of a body, and which of them is answered. */
export interface Media {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  /** The key that is spoken. */
  readonly key: string;
  /** As it is answered. */
  readonly type: string;
}

/** JSON under one of its names, alone or after what no probe speaks. */
export function contentOf(chance: Chance, schema: Schema): Media {
  const [key, type = key] = chance.pick<readonly [string, string?]>([
    ['application/json'],
    ['application/json; charset=utf-8'],
    ['application/vnd.shop.health+json'],
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
  ]);
  const before = chance.isLikely(0.3) ? { 'text/html': { schema: { type: 'string' } } } : {};
  return { content: { ...before, [key]: { schema } }, key, type };
}
