import { byTheFile, byTheService, inOrder, type LintFinding } from './finding.ts';
import { type Ignore, ignoresIn } from './ignore.ts';
import { foreign, type Manifest, type Note, programsIn } from './manifest-files.ts';
import type { Program } from './program.ts';
import { UnusableFile } from './read.ts';
import type { LintRule } from './rules/rule.ts';
import { rules } from './rules.ts';
import { everything, servicesAmong } from './selection.ts';
import type { ServiceFacts } from './service-facts.ts';

export type { LintFinding, Manifest, Note };

/** A container that was looked at. */
export interface Seen {
  readonly file: string;
  readonly container: string;
  /** What it belongs to: `Deployment shop`, `service`, `image`. */
  readonly owner: string;
  /** By what it was judged: everything by what the file says, a service of Probity by its configuration as well. */
  readonly judgedBy: readonly LintRule['needs'][];
}

/** A finding that a comment in the file keeps quiet, with its reason. */
export interface IgnoredFinding extends LintFinding {
  readonly ignoredBecause: string;
}

export interface LintResult {
  /** In the order of the files. */
  readonly judged: readonly Seen[];
  /** In the order of the files and the lines. */
  readonly findings: readonly LintFinding[];
  readonly ignored: readonly IgnoredFinding[];
  /** What was not judged, or not wholly, and comments that count for nothing. */
  readonly notes: readonly Note[];
}

/**
 * Judges manifests of Kubernetes, compose files and Dockerfiles.
 *
 * @param named the containers that embed Probity, which nothing in a file tells
 * @throws UnusableFile when no container is in any of the files, or none has a name of `named`.
 */
export function lint(manifests: readonly Manifest[], facts: ServiceFacts, named: readonly string[] = []): LintResult {
  const { programs, notes } = programsIn(manifests);
  const files = manifests.map(({ file }) => file);
  if (programs.length === 0) throw nothingIn(files, notes);
  const missing = named.find((name) => !programs.some((program) => program.name === name));
  if (missing !== undefined)
    throw new UnusableFile(listed(files), `expected a container named ${missing}, ${namesOf(programs)}`);
  const services = servicesAmong(programs, facts, named);
  const all = inOrder([...everything(programs).flatMap(byTheFile), ...services.flatMap(byTheService)], files);
  const places = new Set(services.map(({ program }) => program.place));
  const judged = programs.map((program) => ({
    file: program.place.file,
    container: program.name,
    owner: program.owner,
    judgedBy: places.has(program.place) ? (['file', 'service'] as const) : (['file'] as const),
  }));
  const told = withoutIgnored(all, manifests);
  return { judged, ...told, notes: [...notes, ...told.notes] };
}

/** Where there is only one file, what is to be said of it says it all. */
function nothingIn(files: readonly string[], [note]: readonly Note[]): UnusableFile {
  if (files.length !== 1 || note === undefined)
    return new UnusableFile(
      listed(files),
      'expected a workload such as a Deployment, a compose file or a Dockerfile, found no container',
    );
  const kinds = 'objects of Kubernetes (apiVersion, kind), a compose file (services) or a Dockerfile';
  return new UnusableFile(listed(files), note.text === foreign ? `expected ${kinds}, found none of them` : note.text);
}

/** The names of some files; in a folder there may be thousands. */
const listed = (files: readonly string[]): string =>
  files.length > mostListed
    ? `${files.slice(0, mostListed).join(', ')} and ${files.length - mostListed} more`
    : files.join(', ');

const mostListed = 5;

const namesOf = (programs: readonly Program[]): string =>
  `found ${[...new Set(programs.map(({ name }) => name))].join(', ')}`;

/** The findings that no comment is about, those that one is, and the comments that are about nothing. */
function withoutIgnored(
  all: readonly LintFinding[],
  manifests: readonly Manifest[],
): Pick<LintResult, 'findings' | 'ignored' | 'notes'> {
  const ids = rules.map(({ id }) => id);
  const comments = manifests.map(({ file, text }) => ({ file, ...ignoresIn(text, ids) }));
  const ignoresOf = new Map(comments.map(({ file, ignores }) => [file, ignores]));
  const reasonFor = ({ file, line, rule }: LintFinding): Ignore | undefined =>
    ignoresOf.get(file)?.find((ignore) => ignore.rule === rule && ignore.line === line);
  const ignored = all.flatMap((finding) => {
    const reason = reasonFor(finding);
    return reason === undefined ? [] : [{ ...finding, ignoredBecause: reason.why }];
  });
  const idle = comments.flatMap(({ file, ignores, bad }) => [
    ...bad.map(({ line, problem }) => ({
      file,
      text: `probity-lint-ignore in line ${line} counts for nothing: ${problem}`,
    })),
    ...ignores
      .filter(({ rule, line }) => !ignored.some((one) => one.file === file && one.rule === rule && one.line === line))
      .map(({ rule, line }) => ({
        file,
        text: `probity-lint-ignore ${rule} is about nothing that is found in line ${line}`,
      })),
  ]);
  return { findings: all.filter((finding) => reasonFor(finding) === undefined), ignored, notes: idle };
}
