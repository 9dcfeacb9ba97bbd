import type { Clock } from './clock.ts';

/** Calls `work` at once, and then not again for so many milliseconds: what others can cause at will must not fill a log. */
export function atMostEvery<Args extends readonly unknown[]>(
  ms: number,
  { now }: Pick<Clock, 'now'>,
  work: (...args: Args) => void,
): (...args: Args) => void {
  let calledAt = Number.NEGATIVE_INFINITY;
  return (...args) => {
    if (now() - calledAt < ms) return;
    calledAt = now();
    work(...args);
  };
}
