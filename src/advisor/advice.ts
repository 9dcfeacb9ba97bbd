import { rangeError } from '../base/errors.ts';
import type { ProbeKind } from '../health/probes.ts';
import { stallVisibleMs } from '../monitor/process.ts';
import { bootMs, kubernetesDefaults, patienceMs } from './defaults.ts';
import type { ProbeOperation, ServiceFacts } from './service-facts.ts';

/** A value with the reason for it, in one line for people. */
export interface Advised<Value> {
  readonly value: Value;
  readonly why: string;
}

/** How one kind of probe is to be asked. Times in seconds, which is what Kubernetes knows. */
export interface ProbeAdvice {
  readonly path: Advised<string>;
  readonly periodSeconds: Advised<number>;
  readonly timeoutSeconds: Advised<number>;
  readonly failureThreshold: Advised<number>;
}

/** What fits a configuration. */
export interface Advice {
  readonly port: number;
  /** A probe is absent where the contract has no operation to ask. */
  readonly startup: ProbeAdvice | undefined;
  /** A startup probe that waits until the process listens, and for nothing else. */
  readonly boot: ProbeAdvice | undefined;
  readonly liveness: ProbeAdvice | undefined;
  /** Liveness of a sidecar itself: without the heartbeats of the program that it watches. */
  readonly self: ProbeAdvice | undefined;
  readonly readiness: ProbeAdvice | undefined;
  readonly graceSeconds: Advised<number>;
  /** What the start may take, in seconds. */
  readonly startupSeconds: Advised<number>;
}

/** Room for garbage collection and a throttled processor, where the answer itself takes less than a millisecond. */
const roomSeconds = 2;

const startupPeriodSeconds = 2;

/** A process that does not listen after so long will not do so later. */
const patienceWithBootSeconds = (3 * bootMs) / 1_000;

/** The longest that Kubernetes waits between two restarts. */
const longestBackOffSeconds = 300;

/** Between the deadline, at which the process says what is still open and exits, and the kubelet's SIGKILL. */
const exitSeconds = 5;

const seconds = (ms: number): string => `${ms / 1_000} s`;
const roundedUp = (ms: number): number => Math.ceil(ms / 1_000);

/**
 * What fits a configuration, each number with its reason.
 *
 * @throws RangeError when the port is any free one: nobody could be told where to ask
 */
export function adviceOn(facts: ServiceFacts): Advice {
  if (facts.port === 0) throw rangeError('PROBITY_OPTION', 'Expected a `port` that probes can be told of, got `0`');
  const startupSeconds = startupBudget(facts);
  return {
    port: facts.port,
    startup: startupAdvice(facts, startupSeconds),
    boot: bootAdvice(facts, 'it listens; the application is started then'),
    liveness: livenessAdvice(facts, best(facts, 'liveness'), 'no dependency can fail it'),
    self: livenessAdvice(
      facts,
      facts.probes.liveness.find(({ isAboutItself }) => isAboutItself),
      'a late heartbeat is another one’s failure',
    ),
    readiness: readinessAdvice(facts),
    graceSeconds: grace(facts),
    startupSeconds,
  };
}

/**
 * The deadline counts from SIGTERM, and so does the kubelet's grace, as nothing sleeps before it: the drain is a part of
 * both. `grace > deadline > drain`
 */
function grace({ deadlineMs, drainMs }: ServiceFacts): Advised<number> {
  const deadline = `shutdown.deadline ${seconds(deadlineMs)} (from SIGTERM, drainDelay ${seconds(drainMs)} included)`;
  return { value: roundedUp(deadlineMs) + exitSeconds, why: `${deadline} and ${exitSeconds} s to exit` };
}

const best = (facts: ServiceFacts, kind: ProbeKind): ProbeOperation | undefined => facts.probes[kind][0];

const bootBudget: Advised<number> = {
  value: patienceWithBootSeconds,
  why: `${patienceWithBootSeconds} s to boot on a throttled processor`,
};

function startupBudget({ startupChecks, startupNeedMs }: ServiceFacts): Advised<number> {
  if (startupChecks.length === 0) return bootBudget;
  const value = Math.max(longestBackOffSeconds, roundedUp(startupNeedMs));
  return {
    value,
    why: `${value} s for ${startupChecks.join(', ')}: a restart brings no dependency, and backs off for up to 5 min`,
  };
}

function startupAdvice(facts: ServiceFacts, budget: Advised<number>): ProbeAdvice | undefined {
  const operation = best(facts, 'startup');
  if (operation === undefined) return bootAdvice(facts, 'the contract has no operation with x-probe: startup');
  return waiting({ value: operation.path, why: 'x-probe: startup; the other two wait for it' }, budget);
}

/** Waits until the process listens, and for nothing else. */
function bootAdvice(facts: ServiceFacts, why: string): ProbeAdvice | undefined {
  const operation = best(facts, 'liveness');
  return operation && waiting({ value: operation.path, why }, bootBudget);
}

/** A startup probe with this much patience, in seconds. */
export const waiting = (path: Advised<string>, budget: Advised<number>): ProbeAdvice => ({
  path,
  periodSeconds: { value: startupPeriodSeconds, why: 'a pod is ready at most this much later than it could be' },
  timeoutSeconds: { value: roomSeconds, why: 'answered from memory; room for a throttled processor' },
  // The first failure comes at once, and so do the others as long as nobody listens.
  failureThreshold: { value: Math.ceil(budget.value / startupPeriodSeconds) + 1, why: budget.why },
});

/**
 * The event loop may be stuck for up to `maxEventLoopDelay` and the process is alive all the same, by its own word. So
 * the kubelet has to be silent for longer: `(failureThreshold − 1) × period + timeout > maxEventLoopDelay`. A heartbeat
 * needs no such room: when it is overdue the process says so itself.
 */
function livenessAdvice(
  facts: ServiceFacts,
  operation: ProbeOperation | undefined,
  why: string,
): ProbeAdvice | undefined {
  if (operation === undefined) return undefined;
  const period = stallVisibleMs / 1_000;
  const stall = facts.maxStallMs / 1_000;
  const timeout = Math.min(Math.max(Math.floor(stall) + 1, roomSeconds), period / 2);
  const failures = Math.max(kubernetesDefaults.failureThreshold, Math.floor((stall - timeout) / period) + 2);
  const patience = patienceMs({ periodMs: stallVisibleMs, timeoutMs: 1_000 * timeout, failures }) / 1_000;
  return {
    path: { value: operation.path, why: `x-probe: liveness; ${why}` },
    periodSeconds: { value: period, why: `a stall stays visible for ${period} s` },
    timeoutSeconds: {
      value: timeout,
      why: timeout > stall ? `above maxEventLoopDelay ${stall} s` : 'a shorter stall answers late, and is no failure',
    },
    failureThreshold: {
      value: failures,
      why: `${patience} s of time-outs, above maxEventLoopDelay ${stall} s: a lost packet is no reason`,
    },
  };
}

function readinessAdvice(facts: ServiceFacts): ProbeAdvice | undefined {
  const operation = best(facts, 'readiness');
  if (operation === undefined) return undefined;
  return {
    path: { value: operation.path, why: 'x-probe: readiness' },
    periodSeconds: readinessPeriod(operation),
    timeoutSeconds: { value: roomSeconds, why: 'answered from memory; who is stuck for longer cannot serve either' },
    failureThreshold: { value: 2, why: 'failAfter has been counted before a 503; the second is for a lost packet' },
  };
}

/**
 * As often as checks run: in between only a driver's own notice changes the answer. Not more rarely than every 10 s, as
 * a check that is down comes back within a second, whatever its interval; and not below the time-out.
 */
function readinessPeriod({ intervalMs }: ProbeOperation): Advised<number> {
  const usual = kubernetesDefaults.periodSeconds;
  if (intervalMs === undefined) return { value: usual, why: 'often enough, as no check is required for readiness' };
  if (intervalMs > usual * 1_000)
    return { value: usual, why: 'checks run more rarely, but a recovery is seen within a second' };
  const value = Math.max(roundedUp(intervalMs), roomSeconds);
  return { value, why: `the checks run every ${seconds(intervalMs)}; in between the answer hardly changes` };
}
