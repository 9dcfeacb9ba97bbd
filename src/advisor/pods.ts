import { type Place, textOf } from './yaml-place.ts';

/** The pods that an object has, or is the template of. */
export interface Pod {
  /** What they belong to, for people: `Deployment shop`. */
  readonly owner: string;
  readonly name: string;
  readonly spec: Place;
  /** Absent where the template has none, as something else adds them. */
  readonly labels: ReadonlyMap<string, string> | undefined;
  /** Whether they end by themselves. */
  readonly isJob: boolean;
  /** Whether Knative runs them, which fills in what Kubernetes would refuse, and sends traffic. */
  readonly isKnative: boolean;
  /** Whether the rest of them stands elsewhere, as with kustomize. */
  readonly isPartial: boolean;
}

/** Whether a document is an object of Kubernetes. */
export const isKubernetes = (document: Place): boolean =>
  typeof document.get('apiVersion').scalar === 'string' && typeof document.get('kind').scalar === 'string';

/** The objects in an object: the items of a List, the objects of an OpenShift Template, or itself. */
export function objectsIn(object: Place): Place[] {
  const contained = [...object.get('items').items(), ...object.get('objects').items()];
  return contained.length > 0 ? contained.flatMap(objectsIn) : [object];
}

/** Where a pod stands, with its metadata beside its spec: in a Pod itself, in a template, or in what has a template. */
const shapes: readonly (readonly string[])[] = [
  [],
  ['spec', 'template'], // Deployment, StatefulSet, DaemonSet, Job, DeploymentConfig, Rollout, Knative Service
  ['template'], // PodTemplate
  ['spec', 'jobTemplate', 'spec', 'template'], // CronJob
  ['spec', 'jobTargetRef', 'template'], // ScaledJob of KEDA
];

/** The pods of an object, whatever its kind; none of one that has none. */
export function podsIn(object: Place, isPartial = false): Pod[] {
  const kind = textOf(object.get('kind')) ?? '';
  const name = textOf(object.get('metadata', 'name')) ?? '';
  const owner = [kind, name].filter(Boolean).join(' ');
  const isKnative = /^serving\.knative\.dev\//.test(textOf(object.get('apiVersion')) ?? '');
  return shapes.flatMap((path) => {
    const template = object.get(...path);
    const spec = template.get('spec');
    if (spec.get('containers').items().length === 0) return [];
    const labels = labelsOf(template.get('metadata', 'labels'));
    return [{ owner, name, spec, labels, isJob: /Job$/.test(kind), isKnative, isPartial }];
  });
}

const labelsOf = (labels: Place): ReadonlyMap<string, string> | undefined =>
  labels.exists ? new Map(labels.entries().map(([key, value]) => [key, textOf(value) ?? ''])) : undefined;

/** A Service that sends traffic to pods. */
export interface Route {
  readonly name: string;
  readonly selector: ReadonlyMap<string, string>;
  /** Where it says that pods get traffic that are not ready. */
  readonly unready: Place | undefined;
}

/** The Service that an object is. One without an address of its own is there for peers to find each other. */
export function routesIn(object: Place): Route[] {
  if (object.get('kind').scalar !== 'Service' || object.get('apiVersion').scalar !== 'v1') return [];
  const selector = labelsOf(object.get('spec', 'selector'));
  if (selector === undefined || selector.size === 0) return [];
  const unready = object.get('spec', 'publishNotReadyAddresses');
  const isHeadless = object.get('spec', 'clusterIP').scalar === 'None';
  const name = textOf(object.get('metadata', 'name')) ?? '';
  return [{ name, selector, unready: unready.scalar === true && !isHeadless ? unready : undefined }];
}

/** Whether a Service selects pods; those whose labels something else adds are told by the name. */
export const selects = ({ selector, name }: Route, pod: Pick<Pod, 'labels' | 'name'>): boolean =>
  pod.labels === undefined ? pod.name === name : [...selector].every(([key, value]) => pod.labels?.get(key) === value);
