import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Process } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Duration } from '../base/duration.ts';
import { createDistribution, type Distribution } from './distribution.ts';

/** How the process itself is doing: the only thing that liveness looks at. */
export interface ProcessWatch {
  figures(): Process;
  /** Why the process should be restarted, in words for people; empty while it is well. */
  distress(): readonly string[];
  /** Of the longest delay in each second, in seconds: whoever looks seldom misses no stall. */
  readonly delays: Distribution;
  stop(): void;
}

interface ProcessWatchOptions {
  /** The longest delay of the event loop that is still alive, in milliseconds. */
  readonly maxEventLoopDelayMs: number;
  /** Called when `distress` has changed. */
  onChange(): void;
  readonly clock?: Clock;
  /** Measures the delay of the event loop, in nanoseconds. */
  readonly histogram?: DelayHistogram;
}

export type DelayHistogram = Pick<ReturnType<typeof monitorEventLoopDelay>, 'enable' | 'disable' | 'max' | 'reset'>;

/** Far longer than any garbage collection, and as long as the kubelet's default period. */
export const defaultMaxEventLoopDelay: Duration = '10s';

/** How often the delay is read. */
const intervalMs = 1_000;

/**
 * How many readings count: a prober that asks every ten seconds sees each stall, and one of an hour ago is forgotten.
 * A maximum since boot would go blind with the uptime.
 */
const readingsKept = 10;

/** For how long after its end a stall keeps liveness from succeeding, in milliseconds. */
export const stallVisibleMs: number = readingsKept * intervalMs;

/** In seconds: from what nobody notices up to what fails liveness. */
const delayBounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What a healthy loop measures: the histogram's own timer. */
const resolutionMs = 20;

export function watchProcess(options: ProcessWatchOptions): ProcessWatch {
  const { maxEventLoopDelayMs, onChange, clock = systemClock, histogram } = options;
  const delays = createDistribution(delayBounds);
  const memory = memoryOf();
  let readings: number[] = [];
  const longestMs = (): number => Math.max(0, ...readings);
  const isStuck = (): boolean => longestMs() > maxEventLoopDelayMs;
  const stop = readDelays(
    (delayMs) => {
      const wasStuck = isStuck();
      readings = [...readings, delayMs].slice(-readingsKept);
      delays.observe(delayMs / 1_000);
      if (isStuck() !== wasStuck) onChange();
    },
    clock,
    histogram,
  );
  return {
    figures() {
      const { rss, heapUsed } = memory();
      return {
        uptimeSeconds: process.uptime(),
        rssBytes: rss,
        heapUsedBytes: heapUsed,
        eventLoopDelayMs: longestMs(),
      };
    },
    distress: () => (isStuck() ? ['Event loop blocked'] : []),
    delays,
    stop,
  };
}

/**
 * Reads the longest delay of the event loop in each interval, in milliseconds.
 *
 * @returns the function that ends it
 */
function readDelays(
  take: (delayMs: number) => void,
  clock: Clock,
  histogram: DelayHistogram = monitorEventLoopDelay({ resolution: resolutionMs }),
): () => void {
  histogram.enable();
  let unmeasuredMs = 0;
  let isStopped = false;

  /** @param waitedMs what came between the timer of the reading and the reading, which the histogram has not seen yet */
  const read = (waitedMs: number): void => {
    if (isStopped) return;
    const longest = Math.max(0, histogram.max / 1e6 - resolutionMs, unmeasuredMs, waitedMs);
    reset();
    // The next one comes an interval after this one, however late this one was: ten of them are ten seconds.
    timer.refresh();
    take(longest);
  };
  /**
   * After a reset the histogram measures from its next turn on, and would miss a stall that begins before: until then,
   * how late a timer comes tells of it.
   */
  const reset = (): void => {
    histogram.reset();
    unmeasuredMs = 0;
    const dueAt = clock.now() + 2 * resolutionMs;
    const late = (): void => {
      unmeasuredMs = clock.now() - dueAt;
    };
    clock.setTimeout(late, 2 * resolutionMs).unref();
  };
  // After all timers of a turn, the histogram's own among them: at the end of a stall it may be the last of those due.
  const due = (): void => {
    const dueAt = clock.now();
    clock.setImmediate(() => read(clock.now() - dueAt));
  };
  const timer = clock.setTimeout(due, intervalMs).unref();
  return () => {
    isStopped = true;
    clock.clearTimeout(timer);
    histogram.disable();
  };
}

/** The memory of the process; while there is no descriptor left, which Node needs to ask for it, what it was before. */
function memoryOf(): () => Pick<NodeJS.MemoryUsage, 'rss' | 'heapUsed'> {
  let latest = { rss: 0, heapUsed: 0 };
  const read = (): typeof latest => {
    try {
      latest = process.memoryUsage();
    } catch {
      // EMFILE or ENFILE.
    }
    return latest;
  };
  read();
  return read;
}
