import { randomInt } from 'node:crypto';
import fc, { type IAsyncProperty } from 'fast-check';

/**
 * What everything at random in this folder comes from. `SEED=… vitest run test/hostile/…` does the same again;
 * `make fuzz` sets one for all files, and another for each round.
 */
export const seed: number = Number(process.env.SEED ?? randomInt(2 ** 31));

console.log(`SEED=${seed}`);

/** The longest that one property may take, the search for the smallest case that breaks it included; in milliseconds. */
const longestMs = 45_000;

/** For tests that hold a property: longer than the search, so that what was found is shown. */
export const holding: { readonly timeout: number } = { timeout: longestMs + 15_000 };

/** Holds a property in so many cases; what breaks it is shown in its smallest form, with the seed. */
export async function hold<Case>(cases: number, property: IAsyncProperty<Case>): Promise<void> {
  await fc.assert(property, {
    seed,
    numRuns: cases,
    interruptAfterTimeLimit: longestMs,
    markInterruptAsFailure: true,
    reporter(run) {
      if (run.failed)
        throw new Error(`SEED=${seed} breaks it: ${fc.defaultReportMessage(run)}`, { cause: run.errorInstance });
    },
  });
}
