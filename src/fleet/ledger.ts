import type { Change } from '../faults/control.ts';
import { timeToLiveMs } from '../faults/state.ts';
import type { SentChange, StoredChange } from './script.ts';

/** The latest change of a check that this replica knows of: it outlives the Redis that it came from. */
interface KnownChange {
  readonly seq: number;
  /** Whether it was made out of reach, and has no place in the sequence yet. */
  readonly late: boolean;
  /** On the monotonic clock. */
  readonly until: number;
  readonly text: string;
}

export interface Ledger {
  /** What to tell Redis, with the changes that are new. */
  toSend(news: readonly NewChange[], now: number): SentChange[];
  /** Takes what Redis has; gives what this replica did not know. What is no change at all is refused with the next step. */
  take(check: string, stored: StoredChange, leftMs: number, now: number): Change | undefined;
  /** Keeps a change that could not be sent. */
  keep(change: NewChange, now: number): void;
  isTold(check: string): boolean;
}

export interface NewChange extends Change {
  /** Tells it from every other change. */
  readonly id: string;
}

/** The end of a fault is remembered for as long as any fault may live: so no replica can bring it back. */
const longestMs = 86_400_000;

/** What is over here may live for another round trip in Redis, and is no news then. */
const graceMs = 10_000;

export function createLedger(isChange: (change: Change) => boolean): Ledger {
  const known = new Map<string, KnownChange>();
  /** Places in the sequence at which Redis has what no replica can have written. */
  const refused = new Map<string, number>();
  const lifeOf = ({ fault }: Change): number => (fault === undefined ? longestMs : timeToLiveMs(fault));
  const textOf = ({ id, fault, by }: NewChange): string => JSON.stringify({ id, fault, by });

  return {
    toSend(news, now) {
      for (const [check, { until }] of known) if (until + graceMs <= now) known.delete(check);
      const old = [...known].flatMap(([check, { seq, late, until, text }]): SentChange[] => {
        const left = Math.round(until - now);
        return left > 0 ? [{ check, seq, state: late ? 'late' : 'known', left, text }] : [];
      });
      const wrong = [...refused].map(
        ([check, seq]): SentChange => ({ check, seq, state: 'refused', left: 0, text: '' }),
      );
      refused.clear();
      const fresh = news.map((change): SentChange => {
        const { check } = change;
        const seq = known.get(check)?.seq ?? 0;
        return { check, seq, state: 'new', left: lifeOf(change), text: textOf(change) };
      });
      return [...wrong, ...old, ...fresh];
    },
    take(check, { seq, text }, leftMs, now) {
      const change = parsed(check, text, leftMs);
      if (change === undefined) {
        refused.set(check, seq);
        return undefined;
      }
      const before = known.get(check);
      if (before?.seq === seq && before.text === text && !before.late) return undefined;
      known.set(check, { seq, late: false, until: now + Math.min(leftMs, longestMs), text });
      return before?.text !== text && isChange(change) ? change : undefined;
    },
    keep(change, now) {
      const seq = known.get(change.check)?.seq ?? 0;
      known.set(change.check, { seq, late: true, until: now + lifeOf(change), text: textOf(change) });
    },
    isTold: (check) => known.get(check)?.late === false,
  };
}

/** What another replica has written, be it of another version: each change has its `id`. */
function parsed(check: string, text: string, leftMs: number): Change | undefined {
  try {
    const { id, fault, by } = JSON.parse(text) as NewChange;
    return typeof id === 'string' ? { check, fault, by, leftMs } : undefined;
  } catch {
    return undefined;
  }
}
