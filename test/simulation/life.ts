import type { ActiveFault } from '../../src/faults/state.ts';
import { maxStallMs } from './script.ts';

/** Whether a probe may succeed now, and whether it may fail. */
export interface Verdict {
  readonly mayBeOk: boolean;
  readonly mayFail: boolean;
  /** For people. */
  why(): string;
}

/** Why a process may be restarted: nothing of it comes from a dependency. */
export interface Life {
  /** @param withHeartbeats whether the probe looks at them */
  verdict(withHeartbeats: boolean): Verdict;
  /** A fault of liveness is in force from now on, or none any more. */
  fault(active: ActiveFault | undefined): void;
  stalled(ms: number): void;
  beat(): void;
  failed(): void;
}

export interface LifeOptions {
  readonly heartbeatMs: number | undefined;
  /** The world's time. */
  now(): number;
  /** Whether what has changed must show by now. */
  isKnown(): boolean;
}

/** What a timer may be early or late by, in milliseconds. */
export const timerMs = 3;

/** A stall is read once a second, and counts for ten readings. */
const readingMs = 1_000 + 100;
const countsMs = 10_000;
const unsureMs = 100;

interface Stall {
  readonly endedAt: number;
  readonly ms: number;
  /** With those that ended just before it began: they may be seen as one. */
  readonly togetherMs: number;
  /** At the latest: what comes late is forgotten late. */
  forgottenAt: number;
}

export function createLife({ heartbeatMs = Number.POSITIVE_INFINITY, now, isKnown }: LifeOptions): Life {
  let isFailed = false;
  let faultEndsAt = Number.NEGATIVE_INFINITY;
  let beatAt = 0;
  let stallEndedAt = 0;
  let stalls: Stall[] = [];
  const isVisible = ({ endedAt, ms }: Stall): boolean =>
    ms > maxStallMs + unsureMs && now() > endedAt + readingMs && now() < endedAt + countsMs - unsureMs;

  return {
    verdict(withHeartbeats) {
      stalls = stalls.filter(({ forgottenAt }) => now() < forgottenAt);
      const overdueMs = withHeartbeats ? now() - beatAt - heartbeatMs : Number.NEGATIVE_INFINITY;
      const certain = {
        isFailed,
        isOverdue: overdueMs > timerMs && now() > stallEndedAt + timerMs,
        isFaulty: now() < faultEndsAt - timerMs,
        wasStuck: stalls.some(isVisible),
      };
      const possible = {
        isOverdue: overdueMs > -timerMs,
        isFaulty: now() < faultEndsAt + timerMs,
        wasStuck: stalls.some(({ togetherMs }) => togetherMs > maxStallMs - unsureMs),
        isUnknown: !isKnown(),
      };
      const is = Object.values(certain).includes(true);
      return {
        mayBeOk: !is || !isKnown(),
        mayFail: is || Object.values(possible).includes(true),
        why: () => JSON.stringify({ certain, possible }),
      };
    },
    fault(active) {
      faultEndsAt = active?.until ?? Math.min(faultEndsAt, now());
    },
    stalled(ms) {
      const before = stalls.at(-1);
      const togetherMs = ms + (before !== undefined && now() < before.endedAt + unsureMs ? before.togetherMs : 0);
      const endedAt = now() + ms;
      stallEndedAt = endedAt;
      for (const stall of stalls) stall.forgottenAt += ms;
      stalls.push({ endedAt, ms, togetherMs, forgottenAt: endedAt + countsMs + readingMs });
    },
    beat() {
      beatAt = now();
    },
    failed() {
      isFailed = true;
    },
  };
}
