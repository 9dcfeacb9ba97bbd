import { durationIn } from '../selection.ts';
import { shownMs } from '../setting.ts';
import { type FileRule, type LintRule, podTermination, type ServiceRule } from './rule.ts';

/**
 * The grace counts from the beginning of the end, and so does what sleeps before SIGTERM. The deadline of the shutdown
 * counts from SIGTERM and includes the drain: `grace > preStop + deadline`. A native sidecar is told to stop after the
 * application has ended, when nobody asks any more, and takes no time then.
 */
const graceShort: ServiceRule = {
  id: 'grace-short',
  needs: 'service',
  severity: 'error',
  what:
    '`terminationGracePeriodSeconds` (30 s when not written) or `stop_grace_period` (10 s) is not above the sleep ' +
    'of a preStop hook and `shutdown.deadline`, which includes `drainDelay`.',
  why: 'SIGKILL would cut off requests that the configuration lets finish, and nobody would learn what was still open.',
  source: `${podTermination}, nestjs/terminus#2421, kubernetes#20473`,
  complain: ({ program, facts, isService }) => {
    const { grace, role, preStop, platform } = program;
    const sleepMs = preStop === undefined ? 0 : preStop.sleepMs;
    if (!isService || role === 'sidecar' || grace.value === undefined || sleepMs === undefined) return [];
    if (grace.value > sleepMs + facts.deadlineMs) return [];
    const slept = sleepMs === 0 ? '' : `preStop ${shownMs(sleepMs)} and `;
    const expected = `more than ${slept}shutdown.deadline ${shownMs(facts.deadlineMs)}`;
    // A pod has one grace for all of its containers: where none is written, the container is the better place.
    const place = grace.isWritten || platform === 'compose' ? grace.place : program.place;
    return [{ place, found: `${grace.name} ${grace.shown}`, expected }];
  },
};

const preStopSleep: ServiceRule = {
  id: 'prestop-sleep',
  needs: 'service',
  severity: 'warning',
  what: 'A preStop hook sleeps.',
  why: 'The process itself goes on serving for `shutdown.drainDelay` after SIGTERM, so the pod drains twice.',
  source: podTermination,
  complain: ({ program: { preStop }, facts, isService }) => {
    if (preStop?.sleepMs === undefined || preStop.sleepMs === 0 || !isService) return [];
    const found = `preStop sleeps for ${shownMs(preStop.sleepMs)}`;
    return [{ place: preStop.place, found, expected: `none beside drainDelay ${shownMs(facts.drainMs)}` }];
  },
};

const drainOverDeadline: ServiceRule = {
  id: 'drain-over-deadline',
  needs: 'service',
  severity: 'error',
  what: '`DRAIN_DELAY` in the environment is not under `shutdown.deadline`.',
  why: 'The service refuses to start.',
  source: '`src/shutdown/times.ts`',
  complain: ({ program, facts, isService }) => {
    const variable = program.variables.get('DRAIN_DELAY');
    if (variable === undefined || !isService || facts.drainMs < facts.deadlineMs) return [];
    const expected = `less than shutdown.deadline ${shownMs(facts.deadlineMs)}`;
    return [{ place: variable.place, found: `DRAIN_DELAY ${shownMs(facts.drainMs)}`, expected }];
  },
};

const preStopOverGrace: FileRule = {
  id: 'prestop-over-grace',
  needs: 'file',
  severity: 'error',
  what: 'A preStop hook sleeps for as long as `terminationGracePeriodSeconds` (30 s when not written), or longer.',
  why: 'The hook is cut off, and SIGTERM is followed by SIGKILL within 2 s: nothing is left to end in.',
  source: podTermination,
  complain: ({ program: { preStop, grace } }) => {
    if (preStop?.sleepMs === undefined || preStop.sleepMs === 0 || grace.value === undefined) return [];
    if (preStop.sleepMs < grace.value) return [];
    const found = `preStop sleeps for ${shownMs(preStop.sleepMs)}, ${grace.name} ${grace.shown}`;
    return [{ place: preStop.place, found, expected: `less than ${shownMs(grace.value)}` }];
  },
};

const probeGraceShort: ServiceRule = {
  id: 'probe-grace-short',
  needs: 'service',
  severity: 'warning',
  what: '`terminationGracePeriodSeconds` of a liveness or a startup probe is not above `drainDelay`.',
  why: 'A service that says itself that it is not alive still serves: it is cut off while it drains.',
  source:
    '[Probe-level terminationGracePeriodSeconds](https://kubernetes.io/docs/tasks/configure-pod-container/' +
    'configure-liveness-readiness-startup-probes#probe-level-terminationgraceperiodseconds)',
  complain: ({ program: { probes, role }, facts, isService }) =>
    probes.flatMap(({ kind, name, grace }) => {
      if (grace?.value === undefined || grace.value === 0 || kind === 'readiness' || !isService || role !== 'main')
        return [];
      if (grace.value > facts.drainMs) return [];
      const found = `${name} ${grace.name} ${grace.shown}`;
      return [{ place: grace.place, found, expected: `more than drainDelay ${shownMs(facts.drainMs)}` }];
    }),
};

const drainRefused: ServiceRule = {
  id: 'drain-refused',
  needs: 'service',
  severity: 'error',
  what: '`DRAIN_DELAY` in the environment is 0, or no duration with its unit.',
  why: 'The service refuses to start: without a drain, what endpoints and proxies still send is refused.',
  source: '`src/base/duration.ts`',
  complain: ({ program: { variables }, isService }) => {
    const { value = '', place } = variables.get('DRAIN_DELAY') ?? {};
    if (place === undefined || value === '' || value.includes('$') || !isService) return [];
    if (durationIn(value) !== undefined) return [];
    return [{ place, found: `DRAIN_DELAY ${value}`, expected: 'a duration such as 5s' }];
  },
};

export const shutdownRules: readonly LintRule[] = [
  graceShort,
  preStopOverGrace,
  preStopSleep,
  probeGraceShort,
  drainRefused,
  drainOverDeadline,
];
