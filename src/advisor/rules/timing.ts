import { kubernetesDefaults, patienceMs } from '../defaults.ts';
import type { Probe } from '../program.ts';
import { operationAsked } from '../selection.ts';
import { shownMs } from '../setting.ts';
import {
  everyKind,
  type FileRule,
  forProbes,
  forQuestions,
  kubernetesProbes,
  type LintRule,
  type ServiceRule,
} from './rule.ts';

/** How long a probe is patient, in milliseconds; absent where the file does not tell it. */
function patienceOf({ period, timeout, failures }: Probe): number | undefined {
  if (period.value === undefined || timeout.value === undefined || failures.value === undefined) return undefined;
  return patienceMs({ periodMs: period.value, timeoutMs: timeout.value, failures: failures.value });
}

/** The least that leaves room for garbage collection and a throttled processor. */
const leastTimeoutMs = 2_000;

/** Longer than that, and people notice before the load balancer does. */
const longestBlindnessMs = 60_000;

const livenessImpatient: ServiceRule = {
  id: 'liveness-impatient',
  needs: 'service',
  severity: 'error',
  what:
    '`(failureThreshold − 1) × periodSeconds + timeoutSeconds` of a liveness probe is not above ' +
    '`maxEventLoopDelay`.',
  why: 'The container would be restarted for a stall in which it is alive by its own configuration.',
  source: 'gitpod#13203, OmniRoute#10052',
  complain: forProbes(['liveness'], (probe, { facts }) => {
    const patience = patienceOf(probe);
    if (patience === undefined || patience > facts.maxStallMs) return undefined;
    const { failures, period, timeout, place } = probe;
    const written = [failures, period, timeout].find(({ isWritten }) => isWritten);
    return {
      place: written?.place ?? place,
      found: `livenessProbe gives up after ${shownMs(patience)} of silence`,
      expected: `more than maxEventLoopDelay, ${shownMs(facts.maxStallMs)}`,
    };
  }),
};

const timeoutTight: FileRule = {
  id: 'timeout-tight',
  needs: 'file',
  severity: 'warning',
  what:
    'The time-out of a liveness probe, a readiness probe or a health check is under 2 s; Kubernetes takes 1 s ' +
    'when none is written.',
  why: 'The answer takes milliseconds, but garbage collection and a throttled processor need room as well.',
  source: kubernetesProbes,
  complain: forProbes(['liveness', 'readiness', 'health'], ({ name, timeout }) =>
    timeout.value === undefined || timeout.value >= leastTimeoutMs
      ? undefined
      : { place: timeout.place, found: `${name} ${timeout.name} ${timeout.shown}`, expected: '2 s or more' },
  ),
};

const singleFailure: FileRule = {
  id: 'single-failure',
  needs: 'file',
  severity: 'warning',
  what: '`failureThreshold` of a liveness probe, or `retries` of a health check, is 1.',
  why: 'One lost packet would restart the container, or turn it unhealthy.',
  source: kubernetesProbes,
  complain: forProbes(['liveness', 'health'], ({ name, failures }) =>
    failures.value !== 1
      ? undefined
      : { place: failures.place, found: `${name} ${failures.name} ${failures.shown}`, expected: '2 or more' },
  ),
};

const periodUnderInterval: ServiceRule = {
  id: 'period-under-interval',
  needs: 'service',
  severity: 'warning',
  what:
    'The period of a readiness probe or a health check is under the shortest `interval` of the checks it depends ' +
    'on, and under 10 s.',
  why: 'Between two runs of the checks the answer hardly changes, and each health check is a program that starts.',
  source: '`src/monitor/schedule.ts`',
  complain: forQuestions(['readiness', 'health'], (question, { name, period }, { facts }) => {
    const { intervalMs = 0 } = operationAsked(facts, question) ?? {};
    const least = Math.min(intervalMs, 1_000 * kubernetesDefaults.periodSeconds);
    if (period.value === undefined || period.value >= least) return undefined;
    return {
      place: period.place,
      found: `${name} ${period.name} ${period.shown}`,
      expected: `${shownMs(least)} or more`,
    };
  }),
};

const periodUnderTimeout: FileRule = {
  id: 'period-under-timeout',
  needs: 'file',
  severity: 'warning',
  what: '`periodSeconds` is under `timeoutSeconds`.',
  why: 'A probe that waits for its time-out delays the next ones, so that thresholds take longer than is written.',
  source: kubernetesProbes,
  complain: forProbes(['startup', 'liveness', 'readiness'], ({ name, period, timeout }) => {
    if (period.value === undefined || timeout.value === undefined || period.value >= timeout.value) return undefined;
    const found = `${name} ${period.name} ${period.shown} with ${timeout.name} ${timeout.shown}`;
    return { place: period.place, found, expected: `${shownMs(timeout.value)} or more` };
  }),
};

const readinessSlow: FileRule = {
  id: 'readiness-slow',
  needs: 'file',
  severity: 'warning',
  what: '`failureThreshold × periodSeconds + timeoutSeconds` of a readiness probe is above 60 s.',
  why: 'Traffic goes on for so long to a container that has said that it cannot take it.',
  source: kubernetesProbes,
  complain: forProbes(['readiness'], (probe) => {
    const { name, period, failures } = probe;
    const patience = patienceOf(probe);
    // At the worst it has just been asked when the silence begins.
    const blindness = patience === undefined || period.value === undefined ? 0 : patience + period.value;
    if (blindness <= longestBlindnessMs) return undefined;
    const how = `${period.name} ${period.shown}, ${failures.name} ${failures.shown}`;
    const found = `${name} takes up to ${shownMs(blindness)} to notice (${how})`;
    return { place: period.place, found, expected: '60 s or less' };
  }),
};

const successThreshold: FileRule = {
  id: 'success-threshold',
  needs: 'file',
  severity: 'error',
  what: '`successThreshold` of a liveness or a startup probe is not 1.',
  why: 'Kubernetes refuses the manifest.',
  source: kubernetesProbes,
  complain: forProbes(everyKind, ({ kind, name, successes }) => {
    if (successes?.value === undefined || successes.value === 1 || kind === 'readiness') return undefined;
    return { place: successes.place, found: `${name} ${successes.name} ${successes.shown}`, expected: '1' };
  }),
};

export const timingRules: readonly LintRule[] = [
  livenessImpatient,
  timeoutTight,
  singleFailure,
  periodUnderInterval,
  periodUnderTimeout,
  readinessSlow,
  successThreshold,
];
