import { bootMs } from '../defaults.ts';
import type { Probe } from '../program.ts';
import { operationAsked } from '../selection.ts';
import { shownMs } from '../setting.ts';
import {
  dockerHealthcheck,
  type FileRule,
  forProbes,
  forQuestions,
  kubernetesProbes,
  type LintRule,
  type ServiceRule,
} from './rule.ts';

/** What a start may need before an operation of this kind can succeed. */
const needMs = (kind: string | undefined, startupNeedMs: number): number =>
  kind === 'liveness' ? bootMs : startupNeedMs;

/**
 * What passes until the failures of a probe count for good, in milliseconds; absent where the file does not tell it.
 *
 * `initialDelay + (failureThreshold − 1) × period`; Docker waits for an interval before the first check where there is no
 * start period, and runs one at its end where there is.
 */
function budgetOf({ kind, delay, failures, period }: Probe): number | undefined {
  if (delay.value === undefined || failures.value === undefined || period.value === undefined) return undefined;
  const first = kind === 'health' && delay.value === 0 ? period.value : delay.value;
  return first + (failures.value - 1) * period.value;
}

const startupBudget: ServiceRule = {
  id: 'startup-budget',
  needs: 'service',
  severity: 'error',
  what:
    '`initialDelaySeconds + (failureThreshold − 1) × periodSeconds` of a startup probe is under 10 s to boot ' +
    'plus, of the slowest check with `requiredFor: startup`, `timeout + 1.2 s + recoverAfter × timeout`.',
  why: 'The container would be restarted while it starts, again and again.',
  source: kubernetesProbes,
  complain: forQuestions(['startup'], (question, probe, { facts }) => {
    const { failures, period } = probe;
    const operation = operationAsked(facts, question);
    const budget = budgetOf(probe);
    const need = needMs(operation?.kind, facts.startupNeedMs);
    if (operation === undefined || budget === undefined || budget >= need) return undefined;
    const place = failures.isWritten ? failures.place : period.place;
    return { place, found: `startupProbe gives up after ${shownMs(budget)}`, expected: `${shownMs(need)} or more` };
  }),
};

const livenessBeforeBoot: ServiceRule = {
  id: 'liveness-before-boot',
  needs: 'service',
  severity: 'warning',
  what:
    'There is no startup probe, and `initialDelaySeconds + (failureThreshold − 1) × periodSeconds` of the ' +
    'liveness probe is under 10 s.',
  why: 'A process that boots on a throttled processor would be restarted before it listens.',
  source: kubernetesProbes,
  complain: ({ program }) => {
    const liveness = program.probes.find(({ kind }) => kind === 'liveness');
    const mayHaveOne = program.isPartial || program.probes.some(({ kind }) => kind === 'startup');
    if (liveness === undefined || mayHaveOne) return [];
    const budget = budgetOf(liveness);
    if (budget === undefined || budget >= bootMs) return [];
    return [
      {
        place: liveness.place,
        found: `livenessProbe gives up ${shownMs(budget)} after the start`,
        expected: 'a startupProbe',
      },
    ];
  },
};

const startPeriodShort: ServiceRule = {
  id: 'start-period-short',
  needs: 'service',
  severity: 'warning',
  what:
    '`start_period + (retries − 1) × interval` of a health check is under what the start may take: see ' +
    '`startup-budget`. Without a `start_period` the first check comes after an interval: `retries × interval`.',
  why: 'The service would be unhealthy while it starts, and what waits for it would give up.',
  source: `${dockerHealthcheck}, [\`monitor\` in daemon/health.go](https://github.com/moby/moby/blob/master/daemon/health.go)`,
  complain: forQuestions(['health'], (question, probe, { facts }) => {
    const { delay } = probe;
    const operation = operationAsked(facts, question);
    const budget = budgetOf(probe);
    const need = needMs(operation?.kind, facts.startupNeedMs);
    if (operation === undefined || budget === undefined || budget >= need) return undefined;
    const found = `unhealthy ${shownMs(budget)} after the start, start_period is ${delay.shown}`;
    return { place: delay.place, found, expected: `${shownMs(need)} or more` };
  }),
};

const initialDelay: FileRule = {
  id: 'initial-delay',
  needs: 'file',
  severity: 'warning',
  what: '`initialDelaySeconds` of a liveness or a readiness probe is set.',
  why: 'It is waited on a good day and too short on a bad one, where a startupProbe ends as soon as the start has.',
  source: kubernetesProbes,
  complain: forProbes(['liveness', 'readiness'], ({ name, delay }, { program }) => {
    if (delay.value === undefined || delay.value === 0) return undefined;
    const has = program.probes.some(({ kind }) => kind === 'startup');
    const expected = has ? 'none, as the startupProbe is waited for' : 'a startupProbe in its place';
    return { place: delay.place, found: `${name} ${delay.name} ${delay.shown}`, expected };
  }),
};

export const startRules: readonly LintRule[] = [startupBudget, livenessBeforeBoot, startPeriodShort, initialDelay];
