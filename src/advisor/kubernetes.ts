import { type ProbeKind, probeKinds } from '../health/probes.ts';
import { type Command, commandOf, sleepIn } from './command.ts';
import { kubernetesDefaults } from './defaults.ts';
import type { Probe, Program, Setting, Variable } from './program.ts';
import { type Question, questionsIn } from './question.ts';
import { countAt, secondsAt } from './setting.ts';
import { type Place, textOf } from './yaml-place.ts';

/** Whether a document is an object of Kubernetes. */
export const isKubernetes = (document: Place): boolean =>
  typeof document.get('apiVersion').scalar === 'string' && typeof document.get('kind').scalar === 'string';

/**
 * The containers of an object that has pods, whatever its kind; none of another one. The items of a List are looked
 * through as well.
 */
export function programsInObject(object: Place): Program[] {
  const items = object.get('items').items();
  if (items.length > 0) return items.flatMap((item) => programsInObject(item));
  const kind = textOf(object.get('kind')) ?? '';
  const owner = [kind, textOf(object.get('metadata', 'name'))].filter(Boolean).join(' ');
  return podSpecs(object).flatMap((spec) => programsInPod(spec, owner, !/Job$/.test(kind)));
}

/** Of a Pod, of what has a template for pods, and of what has a template for those. */
const podSpecs = (object: Place): Place[] =>
  [
    object.get('spec'),
    object.get('spec', 'template', 'spec'),
    object.get('spec', 'jobTemplate', 'spec', 'template', 'spec'),
  ].filter((spec) => spec.get('containers').items().length > 0);

function programsInPod(spec: Place, owner: string, takesTraffic: boolean): Program[] {
  const sidecars = spec.get('initContainers').items().filter(isSidecar);
  const all = [...spec.get('containers').items(), ...sidecars];
  const isRouted = all.some((container) => portsOf(container).length > 0);
  const grace = secondsAt(spec, 'terminationGracePeriodSeconds', kubernetesDefaults.terminationGracePeriodSeconds);
  return all.map((container) => {
    const others = all.filter((other) => other !== container);
    const portsBeside = others.flatMap((other) => portsOf(other).map((one) => one.port));
    const common = {
      owner,
      pod: spec,
      takesTraffic: takesTraffic && isRouted,
      grace,
      portsBeside,
      isSidecar: sidecars.includes(container),
    };
    return { ...common, ...programOf(container) };
  });
}

/** https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers */
const isSidecar = (container: Place): boolean => container.get('restartPolicy').scalar === 'Always';

type OfPod = 'owner' | 'pod' | 'takesTraffic' | 'grace' | 'portsBeside' | 'isSidecar';

function programOf(container: Place): Omit<Program, OfPod> {
  const image = textOf(container.get('image'));
  const preStop = container.get('lifecycle', 'preStop');
  return {
    platform: 'kubernetes',
    name: textOf(container.get('name')) ?? 'unnamed',
    place: container,
    ...(image === undefined ? {} : { image }),
    isBuilt: false,
    words: [...argvOf(container.get('command')), ...argvOf(container.get('args'))],
    variables: variablesOf(container.get('env')),
    hasMoreVariables: container.get('envFrom').items().length > 0,
    ports: portsOf(container),
    probes: probeKinds.flatMap((kind) => probeOf(container, kind)),
    ...(preStop.exists ? { preStop: preStopOf(preStop) } : {}),
    unhealthyStarts: [],
    isUnchecked: undefined,
  };
}

const argvOf = (list: Place): string[] => list.items().map((word) => textOf(word) ?? '');

const portsOf = (container: Place): { name?: string; port: number }[] =>
  container
    .get('ports')
    .items()
    .map((entry) => {
      const name = textOf(entry.get('name'));
      return { ...(name === undefined ? {} : { name }), port: Number(entry.get('containerPort').scalar) };
    });

function variablesOf(env: Place): ReadonlyMap<string, Variable> {
  const variables = env.items().map((entry): [string, Variable] => {
    const value = entry.get('value');
    const text = textOf(value);
    const name = textOf(entry.get('name')) ?? '';
    return [name, { place: value.exists ? value : entry, ...(text === undefined ? {} : { value: text }) }];
  });
  return new Map(variables);
}

/** The probes come in the order in which they are asked. */
function probeOf(container: Place, kind: ProbeKind): Probe[] {
  const name = `${kind}Probe`;
  const place = container.get(name);
  if (!place.exists) return [];
  const exec = place.get('exec', 'command');
  const command = exec.exists ? commandOf(exec, argvOf(exec)) : undefined;
  const http = place.get('httpGet');
  const asked = command === undefined ? [] : questionsIn(command);
  const elsewhere = ['tcpSocket', 'grpc'].map((key) => place.get(key)).find(({ exists }) => exists);
  const { periodSeconds, timeoutSeconds, failureThreshold, successThreshold, initialDelaySeconds } = kubernetesDefaults;
  return [
    {
      kind,
      name,
      place,
      questions: http.exists ? [questionOf(http)] : asked,
      ...(command && { command }),
      ...(elsewhere && { elsewhere }),
      // What is 0 in a probe is not written, to Kubernetes (SetDefaults_Probe).
      period: secondsAt(place, 'periodSeconds', periodSeconds, true),
      timeout: secondsAt(place, 'timeoutSeconds', timeoutSeconds, true),
      failures: countAt(place, 'failureThreshold', failureThreshold),
      successes: countAt(place, 'successThreshold', successThreshold),
      delay: secondsAt(place, 'initialDelaySeconds', initialDelaySeconds),
    },
  ];
}

/** A probe over HTTP. What stands in the place of `scheme` and `host` by default is the same as nothing. */
function questionOf(http: Place): Question {
  const path = http.get('path');
  const port = http.get('port');
  const scheme = http.get('scheme');
  const host = http.get('host');
  return {
    place: path,
    path: pathOf(textOf(path) ?? '/'),
    ...((typeof port.scalar === 'string' && !port.scalar.includes('$')) || typeof port.scalar === 'number'
      ? { port: { value: port.scalar, place: port } }
      : {}),
    ...(scheme.exists && textOf(scheme)?.toUpperCase() !== 'HTTP' ? { scheme } : {}),
    ...(host.exists && textOf(host) !== '' ? { host } : {}),
  };
}

/** A probe tolerates any query, and the kubelet puts the slash at the beginning that is missing. */
const pathOf = (path: string): string => path.replace(/^(?!\/)/, '/').replace(/[?#].*$/, '');

function preStopOf(place: Place): NonNullable<Program['preStop']> {
  const exec = place.get('exec', 'command');
  const command: Command | undefined = exec.exists ? commandOf(exec, argvOf(exec)) : undefined;
  const sleep: Setting = secondsAt(place.get('sleep'), 'seconds', 0);
  return { place, ...(command && { command }), sleepMs: command === undefined ? sleep.value : sleepIn(command) };
}
