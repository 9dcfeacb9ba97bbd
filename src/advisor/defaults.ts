import type { CheckRules } from '../health/rules.ts';
import { confirmMs, longestPauseMs } from '../monitor/schedule.ts';

/**
 * How long the process may take until it listens, in milliseconds. It costs about 0.3 s of processor time; a container
 * that is limited to a twentieth of a core takes 6 s for it.
 */
export const bootMs = 10_000;

/**
 * What Kubernetes takes for what is not written.
 * https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes#configure-probes
 */
export const kubernetesDefaults = {
  initialDelaySeconds: 0,
  periodSeconds: 10,
  timeoutSeconds: 1,
  failureThreshold: 3,
  successThreshold: 1,
  terminationGracePeriodSeconds: 30,
} as const;

/** What Docker takes for what is not written, in milliseconds. https://docs.docker.com/reference/dockerfile#healthcheck */
export const dockerDefaults = {
  interval: 30_000,
  timeout: 30_000,
  start_period: 0,
  retries: 3,
  stop_grace_period: 10_000,
} as const;

/** How long `probity check` waits for an answer when it is not told. */
export const checkTimeoutMs = 2_000;

/**
 * How long a check may take to see a dependency that is there: the run under way hangs until its deadline, the next one
 * comes after the longest pause, and each of the runs that confirm it may take up to its deadline.
 *
 * `timeout + pause + recoverAfter × timeout`
 */
export const checkNeedMs = ({ timeoutMs, intervalMs, recoverAfter }: CheckRules): number =>
  timeoutMs + longestPauseMs(intervalMs) + recoverAfter * (timeoutMs + confirmMs);

/**
 * The shortest start-up budget with which a start ends whose dependencies are there: the boot, and the slowest of the
 * checks that the start waits for. Checks run side by side.
 */
export const startupNeedMs = (checks: readonly CheckRules[]): number =>
  bootMs + Math.max(0, ...checks.filter(({ requiredFor }) => requiredFor === 'startup').map(checkNeedMs));

/** How a probe is repeated, in milliseconds. */
export interface Repetition {
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly failures: number;
}

/**
 * How long a process may be silent before a probe has failed for good, at the least: its first request comes at the very
 * beginning of the silence, and the last one that counts fails when its time is up.
 *
 * `(failureThreshold − 1) × period + timeout`
 */
export const patienceMs = ({ periodMs, timeoutMs, failures }: Repetition): number =>
  (failures - 1) * periodMs + timeoutMs;
