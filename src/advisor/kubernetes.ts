import { probeKinds } from '../health/probes.ts';
import { type Command, commandOf, sleepIn } from './command.ts';
import { argvOf, probeOf } from './container-probe.ts';
import { kubernetesDefaults } from './defaults.ts';
import { systemOf } from './images.ts';
import { type Pod, type Route, selects } from './pods.ts';
import type { Program, Role, Setting, Variable } from './program.ts';
import { secondsAt } from './setting.ts';
import { type Place, textOf } from './yaml-place.ts';

/** The containers of a pod. */
export function programsInPod(pod: Pod, routes: readonly Route[]): Program[] {
  const { spec, owner, isJob, isKnative, isPartial } = pod;
  const containers = rolesIn(spec);
  const running = containers.filter(({ role }) => role !== 'init').map(({ container }) => container);
  const ownRoutes = routes.filter((route) => selects(route, pod));
  const hasPorts = running.some((container) => portsOf(container).length > 0);
  const common = {
    owner,
    pod: spec,
    // Where there are Services, one that sends traffic there would be among them.
    takesTraffic: !isJob && (isKnative || ownRoutes.length > 0 || (hasPorts && routes.length === 0)),
    grace: secondsAt(
      spec,
      'terminationGracePeriodSeconds',
      isKnative || isPartial ? undefined : kubernetesDefaults.terminationGracePeriodSeconds,
    ),
    unreadyRoutes: ownRoutes.flatMap(({ unready }) => unready ?? []),
    isKnative,
  };
  return containers.map(({ container, role }) => {
    const others = running.filter((other) => other !== container);
    const portsBeside = others.flatMap((other) => portsOf(other).map((one) => one.port));
    return { ...common, role, portsBeside, ...programOf(container, role, pod) };
  });
}

/** An init container that is restarted is a sidecar. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers */
function rolesIn(spec: Place): { container: Place; role: Role }[] {
  const isSidecar = (container: Place): boolean => container.get('restartPolicy').scalar === 'Always';
  const early = spec.get('initContainers').items();
  return [
    ...spec
      .get('containers')
      .items()
      .map((container) => ({ container, role: 'main' as const })),
    ...early.map((container) => ({ container, role: isSidecar(container) ? ('sidecar' as const) : ('init' as const) })),
  ];
}

type OfPod = 'owner' | 'pod' | 'takesTraffic' | 'grace' | 'unreadyRoutes' | 'isKnative' | 'role' | 'portsBeside';

/** What a plain init container has of probes and hooks is refused, and does nothing. */
function programOf(container: Place, role: Role, { isKnative, isPartial, spec }: Pod): Omit<Program, OfPod> {
  const image = textOf(container.get('image'));
  const preStop = container.get('lifecycle', 'preStop');
  // PID 1 is another one's then.
  const sharesProcesses = spec.get('shareProcessNamespace').scalar === true;
  const start = sharesProcesses ? undefined : startOf(container, image);
  const stopSignal = container.get('lifecycle', 'stopSignal');
  return {
    platform: 'kubernetes',
    name: textOf(container.get('name')) ?? 'unnamed',
    place: container,
    ...(image === undefined ? {} : { image }),
    isBuilt: false,
    isPartial,
    setup: [],
    words: [...argvOf(container.get('command')), ...argvOf(container.get('args'))],
    ...(start && { start }),
    ...(stopSignal.exists ? { stopSignal } : {}),
    variables: variablesOf(container.get('env')),
    hasMoreVariables: container.get('envFrom').items().length > 0,
    ports: portsOf(container),
    probes: role === 'init' ? [] : probeKinds.flatMap((kind) => probeOf(container, kind, isKnative || isPartial)),
    ...(preStop.exists && role !== 'init' ? { preStop: preStopOf(preStop) } : {}),
    unhealthyStarts: [],
    isUnchecked: undefined,
  };
}

/** `command` is all that is run; `args` alone are handed to the image, which is known to run them or is not. */
function startOf(container: Place, image = ''): Command | undefined {
  const [command, args] = [container.get('command'), container.get('args')];
  if (command.exists) return commandOf(command, [...argvOf(command), ...argvOf(args)]);
  return args.exists && runsItsArguments(image) ? commandOf(args, argvOf(args)) : undefined;
}

/** The official images run what they are told, in place of themselves. */
export const runsItsArguments = (image: string): boolean => ['debian', 'alpine'].includes(systemOf(image) ?? '');

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

function preStopOf(place: Place): NonNullable<Program['preStop']> {
  const exec = place.get('exec', 'command');
  const command: Command | undefined = exec.exists ? commandOf(exec, argvOf(exec)) : undefined;
  const sleep: Setting = secondsAt(place.get('sleep'), 'seconds', 0);
  return { place, ...(command && { command }), sleepMs: command === undefined ? sleep.value : sleepIn(command) };
}
