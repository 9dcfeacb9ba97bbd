import type { CheckState } from '../health/check-state.ts';
import type { CheckRules } from '../health/rules.ts';

/** Between runs that have to confirm each other before a threshold is reached: an outage is seen within 100 ms. */
export const confirmMs = 20;

/** After the first failed attempt to come back; doubled with each further one. */
const firstRetryMs = 100;

/** Between the runs that a driver's notices lead to: a driver that has something to say of every run makes no loop. */
export const noticeGapMs = 50;

/** The longest pause between two attempts to come back, but for the jitter. */
const longestRetryMs = 1_000;

/** A pause is this much longer or shorter, so that replicas don't march in step. */
const jitter = 0.2;

/** The longest pause between two attempts to come back with its jitter, unless credentials are refused. */
export const longestPauseMs = (intervalMs: number): number => (1 + jitter) * Math.min(longestRetryMs, intervalMs);

/** Repeated attempts with a wrong password can lock an account: they slow down to one a minute. */
const longestAuthRetryMs = 60_000;

/** A run this soon before a tick is that tick's: a timer fires early by as much as the turn of the loop before it took. */
const slackMs = (intervalMs: number): number => Math.min(intervalMs / 2, 100);

/** The next of the moments `interval` apart to which `tick` belongs: a late or extra run shifts none of them. */
export function nextTick(tick: number, intervalMs: number, now: number): number {
  const missed = Math.floor((now + slackMs(intervalMs) - tick) / intervalMs) + 1;
  return tick + Math.max(0, missed) * intervalMs;
}

/**
 * Whether the next run is due before the next tick, and in how many milliseconds.
 *
 * @param failures consecutive failed runs
 * @param random between 0 and 1
 */
export function earlyDelayMs(
  state: CheckState,
  rules: CheckRules,
  failures: number,
  random: number,
): number | undefined {
  if (state.against > 0 && !isRefused(state)) return confirmMs;
  if (failures === 0) return undefined;
  return retryMs(state, rules, failures - 1) * (1 - jitter + 2 * jitter * random);
}

/** Whether the credentials were refused the last time: a login that confirms it would be one more towards a locked account. */
export const isRefused = (state: CheckState): boolean => (state.last ?? state).reason === 'auth';

function retryMs(state: CheckState, rules: CheckRules, doublings: number): number {
  if (isRefused(state))
    return Math.min(rules.intervalMs * 2 ** doublings, Math.max(longestAuthRetryMs, rules.intervalMs));
  return Math.min(firstRetryMs * 2 ** doublings, longestRetryMs, rules.intervalMs);
}
