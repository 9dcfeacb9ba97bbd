/** Those who wait for a run. A run that was under way when they asked may be older than what they ask about. */
interface Waiters {
  /** Resolves when a run with a higher number is released. */
  waitForRunAfter(number: number): Promise<void>;
  release(number: number): void;
}

export function createWaiters(): Waiters {
  let waiting: { readonly after: number; resolve(): void }[] = [];
  return {
    waitForRunAfter: (after) => new Promise((resolve) => waiting.push({ after, resolve })),
    release(number) {
      const all = waiting;
      waiting = all.filter(({ after }) => after >= number);
      for (const { after, resolve } of all) if (after < number) resolve();
    },
  };
}
