import { stallVisibleMs } from '../../src/monitor/process.ts';

/** A probe as the kubelet repeats it, and what it ends a container with; in milliseconds. */
export interface Prober {
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
  readonly graceMs: number;
}

/** An event loop that stands still from 0 on: until it goes on, or for ever. */
export interface Pause {
  readonly untilMs: number;
  /** A process that has stood still for longer says so for a while afterwards. */
  readonly maxStallMs: number;
}

/** Whether what is asked at a time is answered in time, and with 200. */
function succeeds(askedMs: number, { timeoutMs }: Prober, { untilMs, maxStallMs }: Pause): boolean {
  if (askedMs < 0) return true;
  const answeredMs = Math.max(askedMs, untilMs);
  const isSeen = untilMs > maxStallMs && answeredMs < untilMs + stallVisibleMs;
  return answeredMs - askedMs < timeoutMs && !isSeen;
}

/**
 * When the kubelet kills a container by its liveness probe; absent where it does not. As `worker.go` of its prober does: a
 * ticker that asks once in a period, the first time at `phaseMs`, and a run of failures that reaches the threshold. The
 * container is told to stop when the last of them has failed, and killed when its grace is over, as who stands still does
 * not hear it.
 * https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/prober/worker.go
 */
export function killedMs(prober: Prober, pause: Pause, phaseMs: number): number | undefined {
  const { periodMs, timeoutMs, failures, graceMs } = prober;
  const endMs = Math.min(pause.untilMs, 1_000_000) + stallVisibleMs + failures * periodMs;
  let run = 0;
  for (let askedMs = phaseMs; askedMs <= endMs; askedMs += periodMs) {
    run = succeeds(askedMs, prober, pause) ? 0 : run + 1;
    const failedMs = Math.min(askedMs + timeoutMs, Math.max(askedMs, pause.untilMs));
    if (run === failures) return failedMs + graceMs;
  }
  return undefined;
}

const stepMs = 100;
const phases = ({ periodMs }: Prober): number[] =>
  Array.from({ length: periodMs / stepMs }, (_, index) => index * stepMs);

/** The shortest pause, in steps of 100 ms, that restarts a container at some phase. */
export function shortestPauseMs(prober: Prober, maxStallMs: number): number {
  for (let untilMs = stepMs; ; untilMs += stepMs)
    if (phases(prober).some((phase) => killedMs(prober, { untilMs, maxStallMs }, phase) !== undefined)) return untilMs;
}

/** How soon, and how late, a process that is stuck for good is killed, over all phases. */
export function replacedMs(prober: Prober, maxStallMs: number): readonly [number, number] {
  const stuck = { untilMs: Number.POSITIVE_INFINITY, maxStallMs };
  const times = phases(prober).map((phase) => killedMs(prober, stuck, phase) ?? Number.POSITIVE_INFINITY);
  return [Math.min(...times), Math.max(...times)];
}
