import { milliseconds } from '../base/duration.ts';
import type { ProbeKind } from '../health/probes.ts';
import { commandOf, runsProbity } from './command.ts';
import { isProbityImage } from './images.ts';
import type { Program } from './program.ts';
import type { Question } from './question.ts';
import type { ProbeOperation, ServiceFacts } from './service-facts.ts';
import type { Place } from './yaml-place.ts';

/** A container of a pod, or a service of a compose file, that is to be judged. */
export interface Judged {
  readonly program: Program;
  /** The kinds of probe that some container of the pod carries. */
  readonly carried: ReadonlySet<string>;
  /** The other containers of the pod. */
  readonly beside: readonly Program[];
}

/** One that is Probity, embeds it or asks it, with what is known of that service. */
export interface JudgedService extends Judged {
  /** As configured, with what the container's own environment says. */
  readonly facts: ServiceFacts;
  /** Whether the service runs in it. If not it asks the one beside it, and only its probes are judged. */
  readonly isService: boolean;
  /** Whether the service is Probity itself, not an application that embeds it. */
  readonly isProbity: boolean;
}

/** Everything in the files: for what can be seen in them alone. */
export function everything(programs: readonly Program[]): Judged[] {
  const pods = podsOf(programs);
  return programs.map((program) => ({ program, ...podOf(pods, program) }));
}

/** The containers of each pod: a folder may hold thousands, and most of them are alone. */
type Pods = ReadonlyMap<Place, readonly Program[]>;

const podsOf = (programs: readonly Program[]): Pods => Map.groupBy(programs, ({ pod }) => pod);

/**
 * What is to be judged by the configuration and the contract: what is Probity by its image or its command, what runs
 * `probity check` and so has it inside, and what is named; and beside it in a pod whoever asks it. A port alone says
 * nothing: every second program listens on 8000.
 */
export function servicesAmong(
  programs: readonly Program[],
  facts: ServiceFacts,
  named: readonly string[],
): JudgedService[] {
  const pods = podsOf(programs);
  const isNamed = new Set(named);
  const services = programs
    .filter(({ role }) => role !== 'init')
    .filter((program) => isNamed.has(program.name) || isTheService(program, pods.get(program.pod) ?? []));
  const servicesByPod = podsOf(services);
  return programs.flatMap((program) => {
    const inPod = servicesByPod.get(program.pod) ?? [];
    const service = inPod.includes(program) ? program : inPod[0];
    if (service === undefined) return [];
    const inForce = withEnvironment(facts, service);
    const judged = service === program ? program : asking(program, inForce);
    if (service !== program && judged.probes.length === 0) return [];
    return {
      program: judged,
      ...podOf(pods, program),
      facts: inForce,
      isService: service === program,
      isProbity: looksLikeProbity(service),
    };
  });
}

function podOf(pods: Pods, program: Program): Pick<Judged, 'carried' | 'beside'> {
  const all = pods.get(program.pod) ?? [];
  return {
    carried: new Set(all.flatMap(({ probes }) => probes.map(({ kind }) => kind))),
    beside: all.filter((other) => other !== program),
  };
}

/** A program with those of its probes that ask the service beside it: the others are its own affair. */
const asking = (program: Program, facts: ServiceFacts): Program => ({
  ...program,
  probes: program.probes
    .map((probe) => ({ ...probe, questions: probe.questions.filter((one) => isAskedHere(program, facts, one)) }))
    .filter(({ questions }) => questions.length > 0),
});

const looksLikeProbity = ({ image = '', words, place }: Program): boolean =>
  isProbityImage(image) || commandOf(place, words).steps.some((step) => runsProbity(step.words, 'serve'));

/** Who runs `probity check` beside a container that is Probity asks that one. */
const isTheService = (program: Program, inPod: readonly Program[]): boolean =>
  looksLikeProbity(program) ||
  (program.probes.some(({ command }) => command?.steps.some(({ words }) => runsProbity(words, 'check'))) &&
    !inPod.some(looksLikeProbity));

/**
 * A port by a name that the container lacks, for a path of the contract, was meant for the container beside it; and so
 * was a command that is told none.
 */
const isAskedHere = (program: Program, facts: ServiceFacts, question: Question): boolean => {
  const port = portAsked(program, question);
  return facts.ports.includes(port) || (Number.isNaN(port) && operationAsked(facts, question) !== undefined);
};

const portOf = (program: Program, { port }: ServiceFacts): number => portIn(program, 'PORT') ?? port;

/** What refers to another variable cannot be told, and is taken for what is configured. */
function portIn({ variables }: Program, name: string): number | undefined {
  const written = variables.get(name)?.value ?? '';
  return /^\d+$/.test(written) ? Number(written) : undefined;
}

/** The number of the port that is asked; NaN where there is none, or a name that the container does not declare. */
export function portAsked({ ports }: Program, { port }: Question): number {
  if (typeof port?.value === 'number') return port.value;
  return ports.find(({ name }) => name !== undefined && name === port?.value)?.port ?? Number.NaN;
}

/** The operation of the contract that is asked. */
export const operationAsked = (facts: ServiceFacts, question: Question): ProbeOperation | undefined =>
  Object.values(facts.probes)
    .flat()
    .find(({ path }) => path === question.path);

/** The operations of a kind as a message lists them, the health check's among them: not those for a sidecar itself. */
export const pathsOf = (facts: ServiceFacts, kind: ProbeKind | 'health'): readonly string[] =>
  facts.probes[kind === 'health' ? 'readiness' : kind]
    .filter(({ isAboutItself }) => !isAboutItself)
    .map(({ path }) => path);

function withEnvironment(facts: ServiceFacts, program: Program): ServiceFacts {
  const port = portOf(program, facts);
  const management = portIn(program, 'MANAGEMENT_PORT') ?? facts.ports[1];
  return {
    ...facts,
    host: hostOf(program, facts),
    port,
    ports: [port, ...(management === undefined ? [] : [management])],
    drainMs: durationIn(program.variables.get('DRAIN_DELAY')?.value) ?? facts.drainMs,
  };
}

/** Probity's own image listens on every address. */
function hostOf({ variables, image = '' }: Program, facts: ServiceFacts): string {
  const written = variables.get('HOST')?.value ?? '';
  if (written !== '' && !written.includes('$')) return written;
  return isProbityImage(image) ? '0.0.0.0' : facts.host;
}

/** What is no duration the service itself refuses. */
export function durationIn(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : milliseconds('DRAIN_DELAY', text);
  } catch {
    return undefined;
  }
}
