import type { Command } from '../command.ts';
import type { Probe } from '../program.ts';
import type { Question } from '../question.ts';
import type { Judged, JudgedService } from '../selection.ts';
import type { Place } from '../yaml-place.ts';

/** What a rule complains of. */
export interface Complaint {
  readonly place: Place;
  /** What is there. Never a secret. */
  readonly found: string;
  /** What was expected there. */
  readonly expected: string;
}

/** What is said of a rule. */
interface Description {
  /** Stands in every finding; never changed, as others may look for it. */
  readonly id: string;
  /** An error fails for sure, or breaks what is configured; a warning costs something, or will on a bad day. */
  readonly severity: 'error' | 'warning';
  /** What draws it, with the formula where numbers are judged. */
  readonly what: string;
  /** What comes of it, in one sentence. */
  readonly why: string;
  /** Where that is known from, in Markdown: a document, a file, or an issue of those who were hurt by it. */
  readonly source: string;
}

/** One thing that a manifest can get wrong, whatever runs there: nothing but the file is needed to see it. */
export interface FileRule extends Description {
  readonly needs: 'file';
  complain(judged: Judged): readonly Complaint[];
}

/** One thing that a manifest can get wrong for a service of Probity, by its configuration and its contract. */
export interface ServiceRule extends Description {
  readonly needs: 'service';
  complain(judged: JudgedService): readonly Complaint[];
}

export type LintRule = FileRule | ServiceRule;

/** Judges each probe of some kinds by itself; `complain` says nothing of a probe that fits. */
export const forProbes =
  <One extends Judged>(
    kinds: readonly Probe['kind'][],
    complain: (probe: Probe, judged: One) => Complaint | undefined,
  ) =>
  (judged: One): Complaint[] =>
    judged.program.probes.filter(({ kind }) => kinds.includes(kind)).flatMap((probe) => complain(probe, judged) ?? []);

/** Judges each question of the probes of some kinds by itself. */
export const forQuestions =
  <One extends Judged>(
    kinds: readonly Probe['kind'][],
    complain: (question: Question, probe: Probe, judged: One) => Complaint | undefined,
  ) =>
  (judged: One): Complaint[] =>
    judged.program.probes
      .filter(({ kind }) => kinds.includes(kind))
      .flatMap((probe) => probe.questions.flatMap((question) => complain(question, probe, judged) ?? []));

/** A command that is run inside a container, by the name of what runs it. */
export interface Run {
  readonly name: string;
  readonly command: Command;
}

/** Everything that is run inside a container beside its own program. */
export const runsOf = ({ program: { probes, preStop } }: Judged): Run[] => [
  ...probes.flatMap(({ name, command }) => (command === undefined ? [] : [{ name, command }])),
  ...(preStop?.command === undefined ? [] : [{ name: 'preStop', command: preStop.command }]),
];

export const everyKind: readonly Probe['kind'][] = ['startup', 'liveness', 'readiness', 'health'];

const kubernetes = 'https://kubernetes.io/docs';
const docker = 'https://docs.docker.com/reference';

const tasks = 'tasks/configure-pod-container/configure-liveness-readiness-startup-probes';
export const kubernetesProbes: string = `[Configure Probes](${kubernetes}/${tasks}#configure-probes)`;
export const podTermination: string = `[Termination of Pods](${kubernetes}/concepts/workloads/pods/pod-lifecycle#pod-termination)`;
export const goodSecrets: string = `[Good practices for Secrets](${kubernetes}/concepts/security/secrets-good-practices)`;
export const dockerHealthcheck: string = `[HEALTHCHECK](${docker}/dockerfile#healthcheck)`;
export const composeHealthcheck: string = `[healthcheck](${docker}/compose-file/services#healthcheck)`;
export const composeDependsOn: string = `[depends_on](${docker}/compose-file/services#depends_on)`;
