import { isCompose, programsInCompose } from './compose.ts';
import { programsInPod } from './kubernetes.ts';
import { isKubernetes, objectsIn, podsIn, routesIn } from './pods.ts';
import type { Program } from './program.ts';
import { readDocuments, UnusableFile } from './read.ts';
import type { Complaint, LintRule } from './rules/rule.ts';
import { rules } from './rules.ts';
import { everything, type Judged, type JudgedService, servicesAmong } from './selection.ts';
import type { ServiceFacts } from './service-facts.ts';
import type { Place } from './yaml-place.ts';

/** A file with its text. */
export interface Manifest {
  readonly file: string;
  readonly text: string;
}

/** What does not fit in a manifest. */
export interface LintFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The container, or the service of a compose file. */
  readonly container: string;
  readonly found: string;
  readonly expected: string;
  readonly why: string;
}

/** A container that was looked at. */
export interface Seen {
  readonly file: string;
  readonly container: string;
  /** What it belongs to: `Deployment shop`, `service`. */
  readonly owner: string;
  /** By what it was judged: everything by what the file says, a service of Probity by its configuration as well. */
  readonly judgedBy: readonly LintRule['needs'][];
}

export interface LintResult {
  /** In the order of the files. */
  readonly judged: readonly Seen[];
  /** In the order of the files and the lines. */
  readonly findings: readonly LintFinding[];
}

/**
 * Judges manifests of Kubernetes and compose files.
 *
 * @param named the containers that embed Probity, which nothing in a file tells
 * @throws UnusableFile when a file is neither, when no container is in any of them, or none has a name of `named`.
 */
export function lint(manifests: readonly Manifest[], facts: ServiceFacts, named: readonly string[] = []): LintResult {
  const programs = programsIn(manifests.flatMap(documentsIn));
  const files = manifests.map(({ file }) => file);
  if (programs.length === 0)
    throw new UnusableFile(
      files.join(', '),
      'expected a workload such as a Deployment, or a compose file, found no container',
    );
  const missing = named.find((name) => !programs.some((program) => program.name === name));
  if (missing !== undefined)
    throw new UnusableFile(
      files.join(', '),
      `expected a container named ${missing}, found ${[...new Set(programs.map(({ name }) => name))].join(', ')}`,
    );
  const services = servicesAmong(programs, facts, named);
  const findings = [...everything(programs).flatMap(byTheFile), ...services.flatMap(byTheService)];
  const isService = ({ place }: Program): boolean => services.some(({ program }) => program.place === place);
  return {
    judged: programs.map((program) => ({
      file: program.place.file,
      container: program.name,
      owner: program.owner,
      judgedBy: isService(program) ? ['file', 'service'] : ['file'],
    })),
    findings: once(findings).toSorted(inOrderOf(files)),
  };
}

function documentsIn({ file, text }: Manifest): Place[] {
  const documents = readDocuments(text, file);
  const known = documents.filter((document) => isKubernetes(document) || isCompose(document));
  if (known.length === 0)
    throw new UnusableFile(
      file,
      'expected objects of Kubernetes (apiVersion, kind) or a compose file (services), found neither',
    );
  return known;
}

/** A Service may stand in another file than what it sends traffic to. */
function programsIn(documents: readonly Place[]): Program[] {
  const objects = documents.filter(isKubernetes).flatMap(objectsIn);
  const routes = objects.flatMap(routesIn);
  return documents.flatMap((document) =>
    isKubernetes(document)
      ? objectsIn(document)
          .flatMap(podsIn)
          .flatMap((pod) => programsInPod(pod, routes))
      : programsInCompose(document),
  );
}

const byTheFile = (judged: Judged): LintFinding[] =>
  rules.flatMap((rule) => (rule.needs === 'file' ? findingsOf(rule, judged, rule.complain(judged)) : []));

const byTheService = (judged: JudgedService): LintFinding[] =>
  rules.flatMap((rule) => (rule.needs === 'service' ? findingsOf(rule, judged, rule.complain(judged)) : []));

const findingsOf = (
  { id, severity, why }: LintRule,
  { program }: Judged,
  complaints: readonly Complaint[],
): LintFinding[] =>
  complaints.map(({ place: { file, line, column }, found, expected }) => ({
    rule: id,
    severity,
    file,
    line,
    column,
    container: program.name,
    found,
    expected,
    why,
  }));

/** What lies between two services is found with each of them. */
function once(findings: readonly LintFinding[]): LintFinding[] {
  const places = findings.map(({ rule, file, line, column, found }) => [rule, file, line, column, found].join(' '));
  return findings.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

const inOrderOf =
  (files: readonly string[]) =>
  (one: LintFinding, other: LintFinding): number =>
    files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line || one.column - other.column;
