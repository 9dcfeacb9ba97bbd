import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Secret, Service } from 'kubernetes-models/v1';

/** A Kubernetes object of any kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

interface Model {
  readonly apiVersion: string;
  readonly kind: string;
  readonly prototype: { validate(): void };
}

const models: readonly Model[] = [
  ConfigMap,
  Deployment,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
  ServiceMonitor,
] as unknown as readonly Model[];

/**
 * What is wrong with an object by the JSON Schema of its kind, key that the schema does not know included: those schemas
 * tolerate them, and the API server warns and drops them. The validators read each key that they know of and no other,
 * so a key that nobody has read is one that there is none of.
 */
export function mistakesIn(manifest: Manifest): string[] {
  const model = models.find(({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind);
  if (model === undefined) return [`no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const unread = new Set<string>();
  try {
    model.prototype.validate.call(recorded(manifest, '', unread));
  } catch (error) {
    return [(error as Error).message];
  }
  return [...unread].map((key) => `unknown key ${key}`);
}

/** The same value, which takes each key of its objects out of `unread` when somebody reads it. */
function recorded<Value>(value: Value, path: string, unread: Set<string>): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const key of Object.keys(value)) unread.add(`${path}/${key}`);
  const parts = new Map<PropertyKey, unknown>();
  return new Proxy(value, {
    get(target, key) {
      const place = `${path}/${String(key)}`;
      unread.delete(place);
      if (!parts.has(key)) parts.set(key, recorded(Reflect.get(target, key), place, unread));
      return parts.get(key);
    },
  });
}
