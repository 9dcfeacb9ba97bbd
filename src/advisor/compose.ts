import { type Command, commandOf } from './command.ts';
import { argvOf, healthcheckOf, isSwitchedOff, wordIn } from './compose-healthcheck.ts';
import { dockerDefaults } from './defaults.ts';
import { runsItsArguments } from './kubernetes.ts';
import { alone, type Program, type UnhealthyStart, type Variable } from './program.ts';
import { durationAt } from './setting.ts';
import { type Place, textOf } from './yaml-place.ts';

/** Whether a document is a compose file. https://docs.docker.com/reference/compose-file */
export const isCompose = (document: Place): boolean =>
  document.get('services').entries().length > 0 || document.get('include').items().length > 0;

/** Whether the rest of a service stands elsewhere: in what it extends, or in a file that this one is laid over. */
const isPartOfService = (service: Place): boolean =>
  service.get('extends').exists || (!service.get('image').exists && !service.get('build').exists);

/** Whether a compose file is one of several that make up the services. */
export const isPartOfCompose = (document: Place): boolean =>
  document.get('include').exists ||
  document
    .get('services')
    .entries()
    .some(([, service]) => isPartOfService(service));

/** What is to be known of the file for each of its services. */
interface Whole {
  /** Whether it is one of several files. */
  readonly isPart: boolean;
  /** Whether autoheal restarts every service, whatever its labels are. */
  readonly healsAll: boolean;
  readonly unhealthyStarts: readonly UnhealthyStart[];
}

/** The services of a compose file. */
export function programsInCompose(document: Place, isPart = false): Program[] {
  const services = document.get('services').entries();
  const unhealthyStarts = unhealthyStartsAmong(services);
  const healsAll = services.some(([, service]) => isHealerOfAll(service));
  return services.map(([name, service]) => programOf(name, service, { isPart, healsAll, unhealthyStarts }));
}

function programOf(name: string, service: Place, { isPart, healsAll, unhealthyStarts }: Whole): Program {
  const image = service.get('image').exists ? wordIn(service.get('image')) : undefined;
  const isBuilt = service.get('build').exists;
  const isPartial = isPart || isPartOfService(service);
  const isOff = isSwitchedOff(service);
  const start = startOf(service, isBuilt ? undefined : image);
  const stopSignal = service.get('stop_signal');
  const endedBy = enderOf(service, healsAll);
  return {
    ...alone,
    platform: 'compose',
    name,
    owner: 'service',
    pod: service,
    place: service,
    ...(image === undefined ? {} : { image }),
    isBuilt,
    isPartial,
    setup: [],
    words: [...argvOf(service.get('entrypoint')), ...argvOf(service.get('command'))],
    ...(start && { start }),
    ...(stopSignal.exists ? { stopSignal } : {}),
    variables: variablesOf(service.get('environment')),
    hasMoreVariables: service.get('env_file').exists,
    ports: portsOf(service),
    probes: isOff ? [] : healthcheckOf(service, isPartial),
    takesTraffic: true,
    ...(endedBy && { endedBy }),
    grace: durationAt(service, 'stop_grace_period', isPartial ? undefined : dockerDefaults.stop_grace_period),
    unhealthyStarts: unhealthyStarts.filter(({ who, whom }) => who === name || whom === name),
    isUnchecked: isOff ? service.get('healthcheck') : undefined,
  };
}

/** With `init: true` PID 1 is Docker's own, and passes signals on. */
function startOf(service: Place, image: string | undefined): Command | undefined {
  const [entrypoint, command] = [service.get('entrypoint'), service.get('command')];
  if (service.get('init').scalar === true) return undefined;
  if (entrypoint.exists) return commandOf(entrypoint, [...argvOf(entrypoint), ...argvOf(command)]);
  return command.exists && runsItsArguments(image ?? '') ? commandOf(command, argvOf(command)) : undefined;
}

/** What of `deploy` Swarm alone looks at. */
const swarmKeys = ['update_config', 'rollback_config', 'placement', 'endpoint_mode', 'mode'];

const healer = /(^|\/)(docker-)?autoheal(:|@|$)/;

const isHealerOfAll = (service: Place): boolean =>
  healer.test(textOf(service.get('image')) ?? '') &&
  variablesOf(service.get('environment')).get('AUTOHEAL_CONTAINER_LABEL')?.value === 'all';

/** Who ends a service when it is unhealthy: Swarm replaces its tasks, and autoheal restarts what has its label. */
function enderOf(service: Place, healsAll: boolean): Program['endedBy'] {
  const key = swarmKeys.map((name) => service.get('deploy', name)).find(({ exists }) => exists);
  if (key !== undefined) return { who: 'Swarm', place: service.get('deploy') };
  const label = variablesOf(service.get('labels')).get('autoheal');
  if (label?.value === 'true') return { who: 'autoheal', place: label.place };
  return healsAll ? { who: 'autoheal', place: service } : undefined;
}

/** The ports of the container: `8000`, `8080:8000`, `127.0.0.1:8080:8000/tcp`, `{target: 8000}`. */
function portsOf(service: Place): { port: number }[] {
  const entries = [...service.get('ports').items(), ...service.get('expose').items()];
  const texts = entries.map((entry) => textOf(entry.get('target')) ?? textOf(entry) ?? '');
  return texts.map((text) => ({ port: Number(/(\d+)(?:\/\w+)?$/.exec(text)?.[1]) }));
}

/** A mapping, or a list of `NAME=value`. What refers to the shell's environment comes from elsewhere. */
function variablesOf(environment: Place): ReadonlyMap<string, Variable> {
  const listed = environment.items().map((entry): [string, string | undefined, Place] => {
    const [name = '', ...rest] = (textOf(entry) ?? '').split('=');
    return [name, rest.length === 0 ? undefined : rest.join('='), entry];
  });
  const mapped = environment
    .entries()
    .map(([name, place]): [string, string | undefined, Place] => [name, textOf(place), place]);
  return new Map(
    [...listed, ...mapped].map(([name, value, place]) => [name, { place, ...(value === undefined ? {} : { value }) }]),
  );
}

/** Every start that does not wait for the health of what it depends on, though that has a health check. */
function unhealthyStartsAmong(services: readonly (readonly [string, Place])[]): UnhealthyStart[] {
  const checked = new Set(services.filter(([, service]) => isChecked(service)).map(([name]) => name));
  return services.flatMap(([who, service]) => {
    const dependsOn = service.get('depends_on');
    const listed = dependsOn.items().map((place) => ({ place, who, whom: textOf(place) ?? '' }));
    const mapped = dependsOn
      .entries()
      .filter(([, dependency]) => !dependency.get('condition').exists)
      .map(([whom, place]) => ({ place, who, whom }));
    return [...listed, ...mapped].filter(({ whom }) => checked.has(whom));
  });
}

const isChecked = (service: Place): boolean => service.get('healthcheck').exists && !isSwitchedOff(service);
