import type { Clock, Timeout } from '../../src/base/clock.ts';
import type { DelayHistogram } from '../../src/monitor/process.ts';
import { type Chance, createChance } from './chance.ts';
import { createQueue, type Entry } from './queue.ts';

/**
 * The event loop of one process as Node's turns: all timers that are due, then what has arrived from outside, then the
 * immediates; between two callbacks the promises. A timer is due at whole milliseconds and so comes up to one too early,
 * and every callback takes a little time, or very much.
 */
export interface Loop {
  readonly clock: Clock;
  readonly histogram: DelayHistogram;
  /** Calls when what happens outside has arrived. */
  arrive(work: () => void, afterMs?: number): void;
  /** The same behind the timers of the next turn that has any: before its immediates. */
  arriveBehindTimer(work: () => void): void;
  /** Lets the callback under way take so long: nothing else runs meanwhile. */
  stall(ms: number): void;
  /** The number of the turn. */
  turn(): number;
  /** How many timers and immediates there are. */
  pending(): number;
  /** When the loop can go on, on the world's time. */
  wakesAt(): number;
  /** Makes one call at most. */
  step(): void;
}

type Phase = 'idle' | 'timers' | 'poll' | 'immediates';

/** The longest that an ordinary callback takes, in milliseconds. */
const costMs = 0.05;

/** How often Node's histogram ticks, which is what it measures of a healthy loop. */
const resolutionMs = 20;

/** @param now the world's time, which is never the loop's own: each process began at another moment */
export function createLoop(now: () => number, chance: Chance): Loop {
  // In steps that a sum keeps exactly, so that a timer is due when its moment has come.
  const bornBefore = chance.whole(1_000 * 1_024, 1e7 * 1_024) / 1_024;
  // Apart from what decides something, so that one call more or less decides nothing else.
  const costs = createChance(chance.whole(0, 2 ** 31));
  const [timers, arrivals] = [createQueue(), createQueue()];
  let immediates: Entry[] = [];
  let batch: Entry[] = [];
  const behind: (() => void)[] = [];
  let hasTimers = false;
  let phase: Phase = 'idle';
  let polledAt = 0;
  let busyUntil = 0;
  let turn = 0;
  let pending = 0;

  const own = (): number => now() + bornBefore;
  const whole = (): number => Math.floor(own());
  const ms = (delay: number): number => (delay >= 1 ? Math.trunc(delay) : 1);
  const histogram = createHistogram(own);

  const timer = (work: () => void, delay: number, isRepeated: boolean): Timeout => {
    const entry: Entry = { at: whole() + ms(delay), work: undefined, isQueued: false };
    const fire = (): void => {
      pending -= 1;
      entry.work = undefined;
      work();
      if (isRepeated && !isCleared) arm();
    };
    let isCleared = false;
    const arm = (): void => {
      if (entry.work === undefined) pending += 1;
      entry.work = fire;
      entry.at = whole() + ms(delay);
      if (!entry.isQueued) timers.put(entry);
    };
    arm();
    const timeout = {
      unref: () => timeout,
      refresh() {
        if (!isCleared) arm();
        return timeout;
      },
      clear() {
        isCleared = true;
        if (entry.work !== undefined) pending -= 1;
        entry.work = undefined;
      },
    };
    return timeout;
  };
  const clear = (timeout: unknown): void => (timeout as { clear(): void } | undefined)?.clear();

  const call = (entry: Entry): void => {
    const { work } = entry;
    busyUntil = now() + costs.next() * costMs;
    work?.();
  };
  const next: Record<Phase, () => Entry | undefined> = {
    idle() {
      turn += 1;
      hasTimers = false;
      phase = 'timers';
      return undefined;
    },
    timers() {
      const due = timers.takeDue(whole());
      if (due !== undefined) {
        hasTimers = true;
        return due;
      }
      histogram.tick();
      phase = 'poll';
      polledAt = now();
      for (const work of hasTimers ? behind.splice(0) : []) arrivals.put({ at: polledAt, work, isQueued: true });
      return undefined;
    },
    poll() {
      const arrived = arrivals.takeDue(polledAt);
      if (arrived !== undefined) return arrived;
      phase = 'immediates';
      [batch, immediates] = [immediates, []];
      return undefined;
    },
    immediates() {
      const first = batch.shift();
      if (first === undefined) phase = 'idle';
      return first;
    },
  };

  return {
    histogram,
    clock: {
      now: own,
      wall: () => 1.6e12 + now(),
      random: chance.next,
      setTimeout: (work, delay) => timer(work, delay, false),
      setInterval: (work, delay) => timer(work, delay, true),
      clearTimeout: clear,
      setImmediate(work) {
        pending += 1;
        const entry: Entry = { at: 0, isQueued: true, work: undefined };
        entry.work = () => {
          pending -= 1;
          entry.work = undefined;
          work();
        };
        immediates.push(entry);
        const immediate = {
          unref: () => immediate,
          clear() {
            if (entry.work !== undefined) pending -= 1;
            entry.work = undefined;
          },
        };
        return immediate;
      },
      clearImmediate: clear,
    },
    arrive: (work, afterMs = 0) => arrivals.put({ at: now() + afterMs, work, isQueued: true }),
    arriveBehindTimer: (work) => void behind.push(work),
    stall(length) {
      histogram.stalled(length);
      busyUntil = now() + length;
    },
    turn: () => turn,
    pending: () => pending,
    wakesAt() {
      if (phase !== 'idle' || immediates.length > 0) return busyUntil;
      return Math.max(busyUntil, Math.min(timers.nextAt() - bornBefore, arrivals.nextAt()));
    },
    step() {
      for (;;) {
        const wasIdle = phase === 'idle';
        const entry = next[phase]();
        if (entry !== undefined) return call(entry);
        if (!wasIdle && phase === 'idle') return undefined;
      }
    },
  };
}

interface Histogram extends DelayHistogram {
  /** Ticks, at the end of the timers of a turn at the latest. */
  tick(): void;
  stalled(ms: number): void;
}

/** As Node's: after a reset it measures from its next tick on, and misses what begins before. */
function createHistogram(now: () => number): Histogram {
  let measuresFrom = now() + resolutionMs;
  let maxMs = resolutionMs;
  let unseen: number[] = [];
  return {
    get max() {
      return maxMs * 1e6;
    },
    reset() {
      measuresFrom = now() + resolutionMs;
      maxMs = resolutionMs;
      unseen = [];
    },
    enable: () => true,
    disable: () => true,
    stalled(ms) {
      if (now() >= measuresFrom) unseen.push(ms);
    },
    tick() {
      if (unseen.length === 0) return;
      maxMs = Math.max(maxMs, ...unseen.map((ms) => ms + resolutionMs));
      unseen = [];
    },
  };
}
