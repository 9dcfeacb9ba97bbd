import { nearest } from '../../base/nearest.ts';
import type { Judged } from '../selection.ts';
import { type Place, textOf } from '../yaml-place.ts';
import { composeHealthcheck, type FileRule, kubernetesProbes, type LintRule } from './rule.ts';

const container = 'https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.34/#container-v1-core';
const probeNames = ['startupProbe', 'livenessProbe', 'readinessProbe'];
const handlers = ['httpGet', 'exec', 'tcpSocket', 'grpc'];

/** The probes of a container of Kubernetes, where they stand. */
function probePlaces({ program: { platform, place, role } }: Judged): { name: string; probe: Place }[] {
  if (platform !== 'kubernetes' || role === 'init') return [];
  return probeNames.map((name) => ({ name, probe: place.get(name) })).filter(({ probe }) => probe.exists);
}

const probeHandlers: FileRule = {
  id: 'probe-handlers',
  needs: 'file',
  severity: 'error',
  what: 'A probe has more than one of `httpGet`, `exec`, `tcpSocket` and `grpc`, or none of them.',
  why: 'Kubernetes refuses the manifest.',
  source: kubernetesProbes,
  complain: (judged) =>
    probePlaces(judged).flatMap(({ name, probe }) => {
      const has = handlers.filter((handler) => probe.get(handler).exists);
      const isFilledIn = has.length === 0 && (judged.program.isKnative || judged.program.isPartial);
      if (has.length === 1 || isFilledIn) return [];
      return [{ place: probe, found: `${name} has ${has.join(' and ') || 'no handler'}`, expected: 'one handler' }];
    }),
};

/** A port as Kubernetes takes it: a number, or a name with a letter in it. */
function mistakeIn(port: Place): string | undefined {
  const { scalar } = port;
  if (!port.exists) return 'no port';
  if (typeof scalar === 'number')
    return Number.isInteger(scalar) && scalar >= 1 && scalar <= 65_535 ? undefined : `port ${scalar}`;
  return typeof scalar === 'string' && /^\d+$/.test(scalar) ? `port "${scalar}", a text` : undefined;
}

const probePort: FileRule = {
  id: 'probe-port',
  needs: 'file',
  severity: 'error',
  what: 'A probe over HTTP, TCP or gRPC has no port, one out of range, or a number in quotes, which is a name without a letter.',
  why: 'Kubernetes refuses the manifest. Knative fills in what is missing or 0.',
  source: kubernetesProbes,
  complain: (judged) =>
    probePlaces(judged).flatMap(({ name, probe }) => {
      const handler = ['httpGet', 'tcpSocket', 'grpc'].map((key) => probe.get(key)).find(({ exists }) => exists);
      if (handler === undefined || judged.program.isKnative || judged.program.isPartial) return [];
      const port = handler.get('port');
      const mistake = mistakeIn(port);
      if (mistake === undefined) return [];
      return [{ place: port.exists ? port : handler, found: `${name} ${mistake}`, expected: 'a number, or a name' }];
    }),
};

const initProbe: FileRule = {
  id: 'init-probe',
  needs: 'file',
  severity: 'error',
  what: 'An init container without `restartPolicy: Always` has a probe or a lifecycle hook.',
  why: 'Kubernetes refuses the manifest: what ends before the others start is neither alive nor ready.',
  source:
    '[Init containers](https://kubernetes.io/docs/concepts/workloads/pods/init-containers#differences-from-regular-containers)',
  complain: ({ program: { role, place } }) =>
    role !== 'init'
      ? []
      : [...probeNames, 'lifecycle']
          .filter((name) => place.get(name).exists)
          .map((name) => ({ place: place.get(name), found: `${name} of an init container`, expected: 'none' })),
};

const probeKeys = [
  ...handlers,
  ...['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'failureThreshold', 'successThreshold'],
  'terminationGracePeriodSeconds',
];
const httpKeys = ['path', 'port', 'host', 'scheme', 'httpHeaders'];
const healthcheckKeys = ['test', 'interval', 'timeout', 'retries', 'start_period', 'start_interval', 'disable'];

/** The keys of what may be misspelt: whatever is unknown and near to one of them was meant to be that one. */
function misspeltIn(
  place: Place,
  known: readonly string[],
  meant: readonly string[] = known,
): [string, Place, string][] {
  return place.entries().flatMap(([key, value]): [string, Place, string][] => {
    const near = known.includes(key) ? undefined : nearest(key, meant);
    return near === undefined ? [] : [[key, value, near]];
  });
}

function misspelt(judged: Judged): [string, Place, string][] {
  const { place, platform, pod } = judged.program;
  if (platform === 'compose')
    return misspeltIn(place.get('healthcheck'), healthcheckKeys).concat(
      misspeltIn(place, ['stop_grace_period', 'stop_signal', 'healthcheck']),
    );
  return [
    ...misspeltIn(place, probeNames),
    ...misspeltIn(pod, ['terminationGracePeriodSeconds']),
    ...misspeltIn(place.get('lifecycle'), ['preStop', 'postStart', 'stopSignal']),
    ...probePlaces(judged).flatMap(({ probe }) => [
      ...misspeltIn(probe, probeKeys),
      ...misspeltIn(probe.get('httpGet'), httpKeys),
    ]),
  ];
}

const keyMisspelt: FileRule = {
  id: 'key-misspelt',
  needs: 'file',
  severity: 'error',
  what: 'A key of a probe, a health check, or of what carries it is one or two letters away from one that there is.',
  why: 'It is refused, or left out without a word, and the default counts.',
  source: `[Container](${container}), ${composeHealthcheck}`,
  complain: (judged) =>
    misspelt(judged).map(([key, place, meant]) => ({ place, found: `\`${key}\``, expected: `\`${meant}\`` })),
};

/** A value as it stands there: a text in quotes, as those may be what is wrong. */
const shown = ({ scalar }: Place): string => (scalar === undefined ? 'is no scalar' : JSON.stringify(scalar));

const valueRefused: FileRule = {
  id: 'value-refused',
  needs: 'file',
  severity: 'error',
  what: 'A time or a count is none: `stop_grace_period: 30` without a unit, `periodSeconds: 10s` with one, a negative one.',
  why: 'Kubernetes and Docker refuse the file.',
  source: `[Durations](https://docs.docker.com/reference/compose-file/extension#specifying-durations), [Container](${container})`,
  complain: ({ program: { grace, probes, role } }) => {
    const settings = [
      ...(role === 'init' ? [] : [grace]),
      ...probes.flatMap((probe) => [
        probe.period,
        probe.timeout,
        probe.failures,
        probe.delay,
        ...(probe.successes ? [probe.successes] : []),
        ...(probe.grace ? [probe.grace] : []),
      ]),
    ];
    return settings.flatMap(({ name, place, mistake }) =>
      mistake === undefined ? [] : [{ place, found: `${name} ${shown(place)}`, expected: mistake }],
    );
  },
};

const healthcheckForm: FileRule = {
  id: 'healthcheck-form',
  needs: 'file',
  severity: 'error',
  what: 'The list of a health check’s `test` does not begin with `CMD`, `CMD-SHELL` or `NONE`.',
  why: 'Docker refuses it, or runs no health check at all.',
  source: composeHealthcheck,
  complain: ({ program: { platform, place } }) => {
    const test = place.get('healthcheck', 'test');
    const [first] = test.items();
    const form = first && textOf(first);
    if (platform !== 'compose' || first === undefined || form === undefined || form.includes('$')) return [];
    if (['CMD', 'CMD-SHELL', 'NONE'].includes(form)) return [];
    return [{ place: first, found: `test begins with ${form}`, expected: 'CMD, CMD-SHELL or NONE' }];
  },
};

const readinessGrace: FileRule = {
  id: 'readiness-grace',
  needs: 'file',
  severity: 'error',
  what: 'A readiness probe has a `terminationGracePeriodSeconds`, or that of another probe is 0.',
  why: 'Kubernetes refuses the manifest: readiness ends nothing.',
  source:
    '[Probe-level terminationGracePeriodSeconds](https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes#probe-level-terminationgraceperiodseconds)',
  complain: ({ program: { probes } }) =>
    probes.flatMap(({ kind, name, grace }) => {
      const isRefused = grace?.isWritten && (kind === 'readiness' || grace.value === 0);
      return isRefused
        ? [
            {
              place: grace.place,
              found: `${name} ${grace.name} ${grace.shown}`,
              expected: kind === 'readiness' ? 'none' : '1 s or more',
            },
          ]
        : [];
    }),
};

export const refusedRules: readonly LintRule[] = [
  probeHandlers,
  probePort,
  initProbe,
  keyMisspelt,
  valueRefused,
  healthcheckForm,
  readinessGrace,
];
