import { milliseconds } from '../duration.ts';
import type { ProbeKind } from '../health/probes.ts';
import type { Facts, ProbeOperation } from './facts.ts';
import { isProbityImage } from './images.ts';
import type { Program } from './program.ts';
import { type Question, runsProbity } from './words.ts';

/** A container or a service that is to be judged, with what is known of the service that it is or asks. */
export interface Judged {
  readonly program: Program;
  /** As configured, with what the container's own environment says. */
  readonly facts: Facts;
  /** Whether the service runs in it. If not it asks the one beside it, and only its probes are judged. */
  readonly isService: boolean;
  /** Whether the service is Probity itself, not an application that embeds it. */
  readonly isProbity: boolean;
  /** The kinds of probe that some container of the pod carries. */
  readonly carried: ReadonlySet<string>;
}

/**
 * What is to be judged of everything in the files: what looks like Probity, declares its port or is asked there. Where
 * nothing does, what is asked for one of its paths; else whatever is asked over HTTP; and where nothing is, everything.
 */
export function oursAmong(programs: readonly Program[], facts: Facts): Judged[] {
  const services = programs.filter((program) => isTheService(program, facts));
  const besideOf = (program: Program): Program | undefined => services.find(({ pod }) => pod === program.pod);
  const asked = programs.filter(({ probes }) => probes.some(({ question }) => question !== undefined));
  const candidates = [
    programs.filter((one) => services.includes(one) || asksPort(one, withEnvironment(facts, besideOf(one) ?? one))),
    asked.filter((program) => asksPath(program, facts)),
    asked,
    programs,
  ];
  const chosen = candidates.find(({ length }) => length > 0) ?? [];
  return chosen.map((program) => {
    const service = services.includes(program) ? program : (besideOf(program) ?? program);
    const inForce = withEnvironment(facts, service);
    const pod = programs.filter((other) => other.pod === program.pod);
    return {
      program: service === program ? program : asking(program, inForce),
      facts: inForce,
      isService: service === program,
      isProbity: looksLikeProbity(service),
      carried: new Set(pod.flatMap(({ probes }) => probes.map(({ kind }) => kind))),
    };
  });
}

/** A program with those of its probes that ask the service beside it: the others are its own affair. */
const asking = (program: Program, facts: Facts): Program => ({
  ...program,
  probes: program.probes.filter(({ question }) => question !== undefined && isAskedHere(program, facts, question)),
});

const looksLikeProbity = ({ image = '', words }: Program): boolean =>
  isProbityImage(image) || runsProbity(words, 'serve');

const isTheService = (program: Program, facts: Facts): boolean =>
  looksLikeProbity(program) || program.ports.some(({ port }) => port === portOf(program, facts));

/**
 * A port by a name that the container lacks, for a path of the contract, was meant for the container beside it; and so
 * was a command that is told none.
 */
const isAskedHere = (program: Program, facts: Facts, question: Question): boolean => {
  const port = portAsked(program, question);
  return facts.ports.includes(port) || (Number.isNaN(port) && operationAsked(facts, question) !== undefined);
};

const asksPort = (program: Program, facts: Facts): boolean =>
  program.probes.some(({ question }) => question !== undefined && isAskedHere(program, facts, question));

const asksPath = ({ probes }: Program, facts: Facts): boolean =>
  probes.some(({ question }) => operationAsked(facts, question) !== undefined);

const portOf = (program: Program, { port }: Facts): number => portIn(program, 'PORT') ?? port;

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
export const operationAsked = (facts: Facts, question: Question | undefined): ProbeOperation | undefined =>
  Object.values(facts.probes)
    .flat()
    .find(({ path }) => path === question?.path);

/** The kinds as a message lists them, the health check's among them. */
export const pathsOf = (facts: Facts, kind: ProbeKind | 'health'): readonly string[] =>
  facts.probes[kind === 'health' ? 'readiness' : kind].map(({ path }) => path);

function withEnvironment(facts: Facts, program: Program): Facts {
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
function hostOf({ variables, image = '' }: Program, facts: Facts): string {
  const written = variables.get('HOST')?.value ?? '';
  if (written !== '' && !written.includes('$')) return written;
  return isProbityImage(image) ? '0.0.0.0' : facts.host;
}

/** What is no duration the service itself refuses. */
function durationIn(text: string | undefined): number | undefined {
  try {
    return text === undefined ? undefined : milliseconds('DRAIN_DELAY', text);
  } catch {
    return undefined;
  }
}
