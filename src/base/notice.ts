/** Something that happens again and again: who tells of it and who listens need not know of each other. */
interface Notice<Args extends readonly unknown[] = []> {
  tell(...args: Args): void;
  listen(listener: (...args: Args) => void): void;
}

export function createNotice<Args extends readonly unknown[] = []>(): Notice<Args> {
  const listeners: ((...args: Args) => void)[] = [];
  return {
    tell(...args) {
      for (const listener of listeners) listener(...args);
    },
    listen: (listener) => void listeners.push(listener),
  };
}
