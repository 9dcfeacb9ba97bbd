import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Process } from '../../generated/contract/types.gen.ts';

/** How the process itself is doing. */
export interface ProcessWatch {
  figures(): Process;
  stop(): void;
}

/** The delay is told for an interval of its own: since boot it would go blind with the uptime. */
const intervalMs = 1_000;

/** A delay shorter than this is not seen: the histogram's own timer adds it to every measurement. */
const resolutionMs = 10;

export function watchProcess(): ProcessWatch {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let delayMs = 0;
  const timer = setInterval(() => {
    delayMs = Math.max(0, histogram.max / 1e6 - resolutionMs);
    histogram.reset();
  }, intervalMs).unref();
  return {
    figures() {
      const { rss, heapUsed } = process.memoryUsage();
      return {
        uptimeSeconds: process.uptime(),
        rssBytes: rss,
        heapUsedBytes: heapUsed,
        eventLoopDelayMs: delayMs,
      };
    },
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
