import { isLoopback } from '../../base/loopback.ts';
import { portAsked } from '../selection.ts';
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

const portUndeclared: FileRule = {
  id: 'port-undeclared',
  needs: 'file',
  severity: 'error',
  what: 'A probe asks a port by a name that its container does not declare under `ports`.',
  why:
    'A name is looked for in the same container alone, so the probe fails for ever; beside a sidecar, use the ' +
    'number.',
  source: kubernetesProbes,
  complain: forQuestions(everyKind, (question, { name }, { program: { ports } }) => {
    const { value, place } = question.port ?? {};
    if (
      typeof value !== 'string' ||
      /^\d+$/.test(value) ||
      place === undefined ||
      ports.some((port) => port.name === value)
    )
      return undefined;
    const declared = ports.flatMap((port) => port.name ?? []).join(' or ');
    return { place, found: `${name} port ${value}`, expected: declared || 'a number, as no port has a name' };
  }),
};

/** An application that embeds Probity listens where it declares, whatever is configured for the standalone service. */
const portWrong: ServiceRule = {
  id: 'port-wrong',
  needs: 'service',
  severity: 'error',
  what:
    'A probe asks a port that is neither the service’s own nor, for an application that embeds Probity, declared ' +
    'by a container of the pod.',
  why: 'Nobody listens there, so the probe fails for ever.',
  source: kubernetesProbes,
  complain: forQuestions(everyKind, (question, { name }, { program, facts, isProbity }) => {
    if (question.port === undefined) return undefined;
    const port = portAsked(program, question);
    const declared = [...program.ports.map((one) => one.port), ...program.portsBeside];
    if (Number.isNaN(port) || facts.ports.includes(port) || (!isProbity && declared.includes(port))) return undefined;
    return { place: question.port.place, found: `${name} port ${port}`, expected: facts.ports.join(' or ') };
  }),
};

const loopbackHost: ServiceRule = {
  id: 'loopback-host',
  needs: 'service',
  severity: 'error',
  what: '`HOST` in the environment of a container is a loopback address, and a probe over HTTP asks it.',
  why: 'The kubelet asks the address of the pod, where nobody listens then.',
  source: kubernetesProbes,
  complain: ({ program: { platform, probes, variables }, isService }) => {
    const host = variables.get('HOST');
    const isAsked = probes.some(({ questions, command }) => questions.length > 0 && command === undefined);
    if (platform !== 'kubernetes' || !isService || !isAsked || !isLoopback(host?.value ?? '')) return [];
    return host === undefined ? [] : [{ place: host.place, found: `HOST ${host.value}`, expected: '0.0.0.0' }];
  },
};

const httpTarget: ServiceRule = {
  id: 'http-target',
  needs: 'service',
  severity: 'warning',
  what: '`httpGet` has a `host` (for a loopback address see `probe-host`), or a `scheme` other than HTTP.',
  why: 'Another one than the pod is asked; and Probity speaks plain HTTP.',
  source: kubernetesProbes,
  complain: ({ program: { probes } }) =>
    probes.flatMap(({ name, questions }) =>
      questions.flatMap(({ host, scheme }) => [
        ...(host && !isLoopback(textOf(host) ?? '')
          ? [{ place: host, found: `${name} host ${host.scalar}`, expected: 'none: the pod is asked' }]
          : []),
        ...(scheme ? [{ place: scheme, found: `${name} scheme ${scheme.scalar}`, expected: 'HTTP, the default' }] : []),
      ]),
    ),
};

const noHttp: ServiceRule = {
  id: 'no-http',
  needs: 'service',
  severity: 'warning',
  what: 'A probe is a `tcpSocket` or a `grpc` one.',
  why: 'The system accepts connections for a process that is stuck or cannot serve, and Probity does not speak gRPC.',
  source: kubernetesProbes,
  complain: forProbes(
    everyKind,
    ({ name, elsewhere }) =>
      elsewhere && { place: elsewhere, found: `${name} asks nothing of the contract`, expected: 'httpGet' },
  ),
};

export const portRules: readonly LintRule[] = [portUndeclared, portWrong, loopbackHost, httpTarget, noHttp];
