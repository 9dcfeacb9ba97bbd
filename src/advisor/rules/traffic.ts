import { httpToolsOf } from '../command.ts';
import { systemOf } from '../images.ts';
import { operationAsked, pathsOf, portAsked } from '../selection.ts';
import { textOf } from '../yaml-place.ts';
import {
  everyKind,
  type FileRule,
  forProbes,
  forQuestions,
  kubernetesProbes,
  type LintRule,
  type ServiceRule,
} from './rule.ts';

const publishNotReady: FileRule = {
  id: 'publish-not-ready',
  needs: 'file',
  severity: 'warning',
  what:
    'A Service with an address of its own says `publishNotReadyAddresses: true`, and selects pods with a readiness probe. ' +
    'A headless one may say so for peers to find each other.',
  why: 'Traffic comes whatever the probe says: before the start is complete, and through the shutdown.',
  source: '[ServiceSpec](https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1#ServiceSpec)',
  complain: ({ program, carried }) =>
    program.role === 'main' && carried.has('readiness')
      ? program.unreadyRoutes.map((place) => ({
          place,
          found: 'publishNotReadyAddresses true',
          expected: 'false, the default',
        }))
      : [],
};

/** Probity's own image asks for readiness where the file has no health check. */
const readinessRestarts: ServiceRule = {
  id: 'readiness-restarts',
  needs: 'service',
  severity: 'warning',
  what: 'The health check asks for readiness, and Swarm or autoheal ends a container whose health check fails.',
  why: 'A dependency that is down would restart every replica, which mends nothing.',
  source:
    '[Swarm services](https://docs.docker.com/engine/swarm/how-swarm-mode-works/services), [autoheal](https://github.com/willfarrell/docker-autoheal)',
  complain: (judged) => {
    const { program, facts, isProbity } = judged;
    const { endedBy } = program;
    if (endedBy === undefined) return [];
    const expected = pathsOf(facts, 'liveness').join(' or ') || 'a liveness operation';
    if (program.probes.length === 0 && isProbity && program.isUnchecked === undefined)
      return [
        {
          place: endedBy.place,
          found: `the image’s own health check asks for readiness under ${endedBy.who}`,
          expected,
        },
      ];
    return forQuestions<typeof judged>(['health'], (question, { name }) =>
      operationAsked(facts, question)?.kind === 'readiness'
        ? { place: question.place, found: `${name} asks ${question.path} under ${endedBy.who}`, expected }
        : undefined,
    )(judged);
  },
};

/** The sidecar itself is asked by its own name; the probe of another container asks it by number. */
const sidecarUnwatched: FileRule = {
  id: 'sidecar-unwatched',
  needs: 'file',
  severity: 'warning',
  what: 'The liveness probe of one container asks a port of another one in its pod, which has no liveness probe of its own.',
  why: 'When the other one is stuck, the healthy container is restarted for it, again and again, and the stuck one never.',
  source: kubernetesProbes,
  complain: forQuestions(['liveness'], (question, { name }, { program, beside }) => {
    const port = portAsked(program, question);
    if (program.platform !== 'kubernetes' || program.ports.some((own) => own.port === port)) return undefined;
    const asked = beside.find(({ ports }) => ports.some((one) => one.port === port));
    if (asked === undefined || asked.probes.some(({ kind }) => kind === 'liveness')) return undefined;
    const found = `${name} asks ${asked.name}, which has no livenessProbe`;
    return { place: question.port?.place ?? question.place, found, expected: `one of ${asked.name}’s own` };
  }),
};

const isIPv4 = (host: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(host);

const localhostIPv6: FileRule = {
  id: 'localhost-ipv6',
  needs: 'file',
  severity: 'warning',
  what: 'busybox’s wget, which is Alpine’s, asks `localhost` of a program that `HOST` has listen on IPv4 alone.',
  why: 'localhost is ::1 first, it tries no second address, and nobody listens there.',
  source: 'redlib#108',
  complain: forProbes(everyKind, ({ name, command, questions }, { program: { image = '', isBuilt, variables } }) => {
    const asked = questions.find(({ hostname }) => hostname === 'localhost');
    const isMusl = !isBuilt && systemOf(image) === 'alpine';
    const listens = variables.get('HOST')?.value ?? '';
    if (!isMusl || asked === undefined || command === undefined || !isIPv4(listens)) return undefined;
    if (!httpToolsOf(command).includes('wget')) return undefined;
    return { place: asked.place, found: `${name} asks localhost, and HOST is ${listens}`, expected: '127.0.0.1' };
  }),
};

const probeHost: FileRule = {
  id: 'probe-host',
  needs: 'file',
  severity: 'error',
  what: 'The `host` of a probe over HTTP or TCP is a loopback address, and the pod has no `hostNetwork`.',
  why: 'The kubelet asks from its node, where that is the node itself: the pod is never asked.',
  source: kubernetesProbes,
  complain: ({ program: { platform, place, pod, role } }) => {
    if (platform !== 'kubernetes' || role === 'init' || pod.get('hostNetwork').scalar === true) return [];
    return ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap((name) =>
      ['httpGet', 'tcpSocket'].flatMap((handler) => {
        const host = place.get(name, handler, 'host');
        const text = textOf(host) ?? '';
        if (!/^(localhost|127\.[\d.]+|::1)$/.test(text)) return [];
        return [{ place: host, found: `${name} host ${text}`, expected: 'none: the pod is asked' }];
      }),
    );
  },
};

export const trafficRules: readonly LintRule[] = [
  publishNotReady,
  readinessRestarts,
  sidecarUnwatched,
  probeHost,
  localhostIPv6,
];
