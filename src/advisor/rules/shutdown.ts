import { shownMs } from '../setting.ts';
import { type LintRule, podTermination, type ServiceRule } from './rule.ts';

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
    const { grace, isSidecar, preStop, platform } = program;
    const sleepMs = preStop === undefined ? 0 : preStop.sleepMs;
    if (!isService || isSidecar || grace.value === undefined || sleepMs === undefined) return [];
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

export const shutdownRules: readonly LintRule[] = [graceShort, preStopSleep, drainOverDeadline];
