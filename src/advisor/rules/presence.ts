import { isProbityImage } from '../images.ts';
import { pathsOf } from '../selection.ts';
import {
  composeDependsOn,
  composeHealthcheck,
  type FileRule,
  kubernetesProbes,
  type LintRule,
  type ServiceRule,
} from './rule.ts';

/** A probe that no container of the pod carries, though the contract has an operation for it. */
const missing =
  (kind: 'liveness' | 'readiness'): ServiceRule['complain'] =>
  ({ program, facts, isService, carried }) => {
    const [path] = pathsOf(facts, kind);
    const isWanted = program.platform === 'kubernetes' && program.takesTraffic && !program.isPartial && isService;
    if (!isWanted || path === undefined || carried.has(kind)) return [];
    return [{ place: program.place, found: `no ${kind}Probe`, expected: `one that asks ${path}` }];
  };

const readinessMissing: ServiceRule = {
  id: 'readiness-missing',
  needs: 'service',
  severity: 'error',
  what: 'No container of a pod that takes traffic has a readiness probe.',
  why: 'Traffic comes before the service is ready, and goes on while it cannot serve.',
  source: kubernetesProbes,
  complain: missing('readiness'),
};

const livenessMissing: ServiceRule = {
  id: 'liveness-missing',
  needs: 'service',
  severity: 'warning',
  what: 'No container of a pod that takes traffic has a liveness probe.',
  why: 'A process that is stuck for ever is never restarted.',
  source: 'n8n-hosting#124',
  complain: missing('liveness'),
};

/** Probity's own image brings one. */
const healthcheckMissing: ServiceRule = {
  id: 'healthcheck-missing',
  needs: 'service',
  severity: 'warning',
  what: 'A service of a compose file has no health check, and its image is neither Probity’s, which brings one, nor built.',
  why: 'Nothing can wait until it is ready.',
  source: composeHealthcheck,
  complain: ({ program: { platform, probes, image = '', isBuilt, isPartial, place, isUnchecked } }) =>
    platform !== 'compose' ||
    isBuilt ||
    isPartial ||
    probes.length > 0 ||
    isUnchecked !== undefined ||
    isProbityImage(image)
      ? []
      : [{ place, found: 'no healthcheck', expected: 'one that runs `probity check`' }],
};

const healthcheckDisabled: FileRule = {
  id: 'healthcheck-disabled',
  needs: 'file',
  severity: 'warning',
  what: 'The health check of a service is switched off, by `disable: true` or `test: [NONE]`.',
  why: 'Nothing can wait until it is ready.',
  source: composeHealthcheck,
  complain: ({ program: { isUnchecked } }) =>
    isUnchecked === undefined
      ? []
      : [{ place: isUnchecked, found: 'healthcheck switched off', expected: 'one that runs `probity check`' }],
};

const dependsOnHealth: FileRule = {
  id: 'depends-on-health',
  needs: 'file',
  severity: 'warning',
  what:
    'A service waits for another one that has a health check, or is waited for, without `condition: ' +
    'service_healthy`.',
  why: 'It is started as soon as the other one’s process is, which is not when that can serve.',
  source: composeDependsOn,
  complain: ({ program: { unhealthyStarts } }) =>
    unhealthyStarts.map(({ place, who, whom }) => ({
      place,
      found: `${who} depends_on ${whom}`,
      expected: `${whom}: {condition: service_healthy}`,
    })),
};

export const presenceRules: readonly LintRule[] = [readinessMissing, livenessMissing];
export const composeRules: readonly LintRule[] = [healthcheckMissing, healthcheckDisabled, dependsOnHealth];
