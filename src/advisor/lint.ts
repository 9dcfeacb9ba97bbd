import { isCompose, programsInCompose } from './compose.ts';
import type { Facts } from './facts.ts';
import { isKubernetes, programsInObject } from './kubernetes.ts';
import { type Judged, oursAmong } from './ours.ts';
import type { Place } from './place.ts';
import type { Program } from './program.ts';
import { readDocuments, UnusableFile } from './read.ts';
import { rules } from './rules.ts';

/** A file with its text. */
export interface Manifest {
  readonly file: string;
  readonly text: string;
}

/** What does not fit in a manifest. */
export interface Finding {
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

export interface Verdict {
  /** The containers that were judged, each with what it belongs to. */
  readonly judged: readonly string[];
  /** In the order of the files and the lines. */
  readonly findings: readonly Finding[];
}

/**
 * Judges manifests of Kubernetes and compose files.
 *
 * @throws UnusableFile when one is neither, or when no container is in any of them.
 */
export function lint(manifests: readonly Manifest[], facts: Facts): Verdict {
  const programs = manifests.flatMap((manifest) => programsIn(manifest));
  if (programs.length === 0)
    throw new UnusableFile(
      manifests.map(({ file }) => file).join(', '),
      'expected a workload such as a Deployment, or a compose file, found no container',
    );
  const ours = oursAmong(programs, facts);
  return {
    judged: ours.map(({ program: { owner, name } }) => `${name} (${owner})`),
    findings: once(ours.flatMap(findingsIn)).toSorted(inOrderOf(manifests.map(({ file }) => file))),
  };
}

function programsIn({ file, text }: Manifest): Program[] {
  const documents = readDocuments(text, file);
  const known = documents.filter((document) => isKubernetes(document) || isCompose(document));
  if (known.length === 0)
    throw new UnusableFile(
      file,
      'expected objects of Kubernetes (apiVersion, kind) or a compose file (services), found neither',
    );
  return known.flatMap((document: Place) =>
    isKubernetes(document) ? programsInObject(document) : programsInCompose(document),
  );
}

const findingsIn = (judged: Judged): Finding[] =>
  rules.flatMap(({ id, severity, why, judge }) =>
    judge(judged).map(({ place: { file, line, column }, found, expected }) => ({
      rule: id,
      severity,
      file,
      line,
      column,
      container: judged.program.name,
      found,
      expected,
      why,
    })),
  );

/** What lies between two services is found with each of them. */
function once(findings: readonly Finding[]): Finding[] {
  const places = findings.map(({ rule, file, line, column, found }) => [rule, file, line, column, found].join(' '));
  return findings.filter((_, index) => places.indexOf(places[index] ?? '') === index);
}

const inOrderOf =
  (files: readonly string[]) =>
  (one: Finding, other: Finding): number =>
    files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line || one.column - other.column;
