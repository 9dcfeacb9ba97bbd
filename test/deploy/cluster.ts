import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IConfigMap, IContainer, IPodSpec, ISecret, IService } from 'kubernetes-models/v1';
import { kustomized } from './kustomize.ts';
import type { Manifest } from './strict.ts';

/** The objects of a kustomization, one of each kind. */
export interface Cluster {
  readonly manifests: readonly Manifest[];
  readonly configMap: IConfigMap;
  readonly secret: ISecret;
  readonly deployment: IDeployment;
  readonly service: IService;
  readonly budget: IPodDisruptionBudget;
  readonly policy: INetworkPolicy;
  readonly monitor: IServiceMonitor;
  readonly pod: IPodSpec;
  /** The sidecars, and then the rest. */
  readonly containers: readonly IContainer[];
  /** The one that runs Probity's image. */
  readonly probity: IContainer;
}

export async function readCluster(folder: string): Promise<Cluster> {
  const manifests = await kustomized(folder);
  const only = <Kind>(kind: string): Kind => {
    const found = manifests.filter((manifest) => manifest.kind === kind);
    if (found.length !== 1) throw new Error(`Expected one ${kind} in ${folder}, got ${found.length}`);
    return found[0] as Kind;
  };
  const deployment = only<IDeployment>('Deployment');
  const pod = deployment.spec?.template.spec as IPodSpec;
  const containers = [...(pod.initContainers ?? []), ...pod.containers];
  return {
    manifests,
    configMap: only('ConfigMap'),
    secret: only('Secret'),
    deployment,
    service: only('Service'),
    budget: only('PodDisruptionBudget'),
    policy: only('NetworkPolicy'),
    monitor: only('ServiceMonitor'),
    pod,
    containers,
    probity: containers.find(({ image }) => image?.includes('/probity:')) as IContainer,
  };
}

/** The environment that the pod gets from the Secret. */
export const secretEnvironment = ({ secret }: Cluster): Record<string, string> =>
  Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]),
  );
