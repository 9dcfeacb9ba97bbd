import { type Command, commandOf, shellLine } from './command.ts';
import { dockerDefaults } from './defaults.ts';
import type { Probe, Program, UnhealthyStart, Variable } from './program.ts';
import { questionsIn } from './question.ts';
import { countAt, durationAt, filledIn } from './setting.ts';
import { splitWords } from './shell.ts';
import { type Place, textOf } from './yaml-place.ts';

/** Whether a document is a compose file. https://docs.docker.com/reference/compose-file */
export const isCompose = (document: Place): boolean => document.get('services').entries().length > 0;

/**
 * The services of a compose file.
 */
export function programsInCompose(document: Place): Program[] {
  const services = document.get('services').entries();
  const unhealthyStarts = unhealthyStartsAmong(services);
  return services.map(([name, service]) => {
    const image = textOf(service.get('image'));
    const test = service.get('healthcheck', 'test');
    const isOff = service.get('healthcheck', 'disable').scalar === true || test.get(0).scalar === 'NONE';
    return {
      platform: 'compose',
      name,
      owner: 'service',
      pod: service,
      place: service,
      ...(image === undefined ? {} : { image }),
      isBuilt: service.get('build').exists,
      words: [...argvOf(service.get('entrypoint')), ...argvOf(service.get('command'))],
      variables: variablesOf(service.get('environment')),
      hasMoreVariables: service.get('env_file').exists,
      ports: portsOf(service),
      portsBeside: [],
      probes: isOff ? [] : healthcheckOf(service),
      isSidecar: false,
      takesTraffic: true,
      grace: durationAt(service, 'stop_grace_period', dockerDefaults.stop_grace_period),
      unhealthyStarts: unhealthyStarts.filter(({ who, whom }) => who === name || whom === name),
      isUnchecked: isOff ? service.get('healthcheck') : undefined,
    };
  });
}

/** A list of words, or one line. */
const argvOf = (place: Place): string[] =>
  place.scalar === undefined ? place.items().map(wordIn) : splitWords(wordIn(place));

/** A word with the defaults of the variables in it, and with the `$` that two of them are to compose. */
const wordIn = (place: Place): string =>
  String(filledIn(place.scalar ?? '') ?? textOf(place)?.replaceAll('$$', '$') ?? '');

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

/** Without a test of its own it is the image's health check, with the image's times where none are written. */
function healthcheckOf(service: Place): Probe[] {
  const place = service.get('healthcheck');
  if (!place.exists) return [];
  const test = place.get('test');
  const isInherited = !test.exists || (test.scalar === undefined && test.items().length === 0);
  const defaults: Partial<typeof dockerDefaults> = isInherited ? {} : dockerDefaults;
  const command = testOf(test);
  return [
    {
      kind: 'health',
      name: 'healthcheck',
      place,
      questions: command === undefined ? [] : questionsIn(command),
      ...(command && { command }),
      // What is 0 here is not written, to Docker (daemon/health.go), but for the start period.
      period: durationAt(place, 'interval', defaults.interval, true),
      timeout: durationAt(place, 'timeout', defaults.timeout, true),
      failures: countAt(place, 'retries', defaults.retries),
      delay: durationAt(place, 'start_period', defaults.start_period),
    },
  ];
}

/** A line is for the shell, and so is what follows `CMD-SHELL`. */
function testOf(test: Place): Command | undefined {
  if (test.scalar !== undefined) return shellLine(test, wordIn(test));
  const [form, ...words] = argvOf(test);
  if (form === 'CMD-SHELL') return shellLine(test, words.join(' '));
  return form === 'CMD' ? commandOf(test, words) : undefined;
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

const isChecked = (service: Place): boolean =>
  service.get('healthcheck').exists &&
  service.get('healthcheck', 'disable').scalar !== true &&
  service.get('healthcheck', 'test', 0).scalar !== 'NONE';
