const events = ['uncaughtException', 'unhandledRejection'] as const;

/** Catches what would end the process, in place of whoever does so otherwise, until the end. */
export function escapes(): { end(): string[] } {
  const caught: string[] = [];
  const take = (error: unknown): void => void caught.push(`escaped: ${(error as Error)?.stack ?? error}`);
  const before = events.map((event) => [event, process.listeners(event as 'uncaughtException')] as const);
  for (const event of events) process.removeAllListeners(event).on(event, take);
  return {
    end() {
      for (const [event, listeners] of before) {
        process.removeAllListeners(event);
        for (const listener of listeners) process.on(event, listener);
      }
      return [...new Set(caught)];
    },
  };
}
