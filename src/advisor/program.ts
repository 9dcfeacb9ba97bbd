import type { ProbeKind } from '../health/probes.ts';
import type { Command } from './command.ts';
import type { Question } from './question.ts';
import type { Place } from './yaml-place.ts';

/** A number in a manifest, or the one that counts where none is written. */
export interface Setting {
  /** As it is called there: `periodSeconds`, `interval`. */
  readonly name: string;
  /**
   * Times are in milliseconds. Absent where the file does not tell it: a variable without a default, what an image
   * brings, and what is no value at all.
   */
  readonly value: number | undefined;
  /** As a message shows it: `20 s`, `1 s by default`. */
  readonly shown: string;
  /** Its own place, or that of what it is missing from. */
  readonly place: Place;
  readonly isWritten: boolean;
  /** What had to stand there, where what does is refused by whoever reads the file. */
  readonly mistake?: string;
}

/** One probe of a container, or the health check of a service. */
export interface Probe {
  /** A health check is a kind of its own: it sets a status, and what follows is up to others. */
  readonly kind: ProbeKind | 'health';
  /** As it is called there: `livenessProbe`, `healthcheck`. */
  readonly name: string;
  readonly place: Place;
  /** What is asked over HTTP; none where it is nothing, or where it cannot be told. */
  readonly questions: readonly Question[];
  /** What is run, where something is. */
  readonly command?: Command;
  /** The place of a probe that only opens a connection, or speaks another protocol. */
  readonly elsewhere?: Place;
  readonly period: Setting;
  readonly timeout: Setting;
  readonly failures: Setting;
  readonly successes?: Setting;
  /** What is waited before the first probe, or during which failures do not count. */
  readonly delay: Setting;
  /** What a container gets to end in when this probe has failed for good, where that is another time. */
  readonly grace?: Setting;
}

/** A value in the environment of a container. */
export interface Variable {
  /** Absent where it comes from a Secret, a ConfigMap or the shell. */
  readonly value?: string;
  readonly place: Place;
}

/** Who waits for whom before it starts, without waiting for its health. */
export interface UnhealthyStart {
  readonly place: Place;
  readonly who: string;
  readonly whom: string;
}

/** A sidecar starts before the others of its pod and ends after them; what is `init` ends before they start. */
export type Role = 'main' | 'sidecar' | 'init';

/** A container of a pod or a service of a compose file, as the rules look at it. */
export interface Program {
  readonly platform: 'kubernetes' | 'compose' | 'dockerfile';
  /** The container or the service. */
  readonly name: string;
  /** What it belongs to, for people: `Deployment shop`, `service`. */
  readonly owner: string;
  /** What it shares its network with: the pod, or itself. */
  readonly pod: Place;
  readonly place: Place;
  readonly image?: string;
  /** Whether the image is built there, so that its name says nothing of what is in it. */
  readonly isBuilt: boolean;
  /** Whether the rest of it stands elsewhere: what it lacks is not judged. */
  readonly isPartial: boolean;
  /** What it is started with, as far as the file tells. */
  readonly words: readonly string[];
  /** What is run while the image is made, as far as the file tells. */
  readonly setup: readonly string[];
  /** As whom an image runs, where a Dockerfile says so. */
  readonly user?: Place;
  /** What PID 1 is; absent where the image decides. */
  readonly start?: Command;
  /** What it is told to end with, where that is written. */
  readonly stopSignal?: Place;
  readonly variables: ReadonlyMap<string, Variable>;
  /** Whether more variables come from where this file cannot tell. */
  readonly hasMoreVariables: boolean;
  /** The ports that it declares, by name where they have one. */
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
  /** The ports that other containers of the pod declare. */
  readonly portsBeside: readonly number[];
  readonly probes: readonly Probe[];
  readonly role: Role;
  /** Whether traffic comes: neither to the pods of a Job, nor to a worker without a port. */
  readonly takesTraffic: boolean;
  /** Where Services say that they send traffic to it that is not ready. */
  readonly unreadyRoutes: readonly Place[];
  /** Whether Knative runs it, which fills in what Kubernetes would refuse. */
  readonly isKnative: boolean;
  /** Who ends it when its health check fails, and where that is said. */
  readonly endedBy?: { readonly who: string; readonly place: Place };
  readonly grace: Setting;
  /** What runs before SIGTERM, and how long that sleeps; absent where it cannot be told. */
  readonly preStop?: { readonly place: Place; readonly command?: Command; readonly sleepMs: number | undefined };
  readonly unhealthyStarts: readonly UnhealthyStart[];
  /** Whether a health check is switched off. */
  readonly isUnchecked: Place | undefined;
}

/** What there is of a program that shares nothing with others: a service of compose, or an image. */
export const alone: Pick<Program, 'portsBeside' | 'role' | 'unreadyRoutes' | 'isKnative'> = {
  portsBeside: [],
  role: 'main',
  unreadyRoutes: [],
  isKnative: false,
};
