/** Numbers that look random, and are the same for the same seed. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number;
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  isLikely(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Mulberry32: one state of 32 bits, and good enough to choose what happens. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    whole,
    between: (low, high) => low + next() * (high - low),
    isLikely: (probability) => next() < probability,
    pick: <Item>(items: readonly Item[]): Item => items[whole(0, items.length - 1)] as Item,
  };
}
