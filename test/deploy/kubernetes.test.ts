import { beforeAll, describe, expect, it } from 'vitest';
import { builtin } from '../support.ts';
import { type Cluster, readCluster } from './cluster.ts';
import { only, readStages, type Stage } from './dockerfile.ts';
import { type Manifest, mistakesIn } from './strict.ts';

let base: Cluster;
beforeAll(async () => {
  base = await readCluster('deploy/kubernetes/base');
});

/** A copy of the manifest of a kind, with something in it that does not belong there. */
function spoilt(kind: string, spoil: (manifest: never) => void): Manifest {
  const copy = structuredClone(base.manifests.find((manifest) => manifest.kind === kind) as Manifest);
  spoil(copy as never);
  return copy;
}

// biome-ignore lint/suspicious/noExplicitAny: what is broken on purpose has no type
type Any = any;

describe('the validation', () => {
  it.each<[string, (manifest: Any) => unknown, string]>([
    ['Deployment', (it) => (it.spec.replica = 3), 'unknown key /spec/replica'],
    ['Deployment', (it) => (it.metadata.label = {}), 'unknown key /metadata/label'],
    [
      'Deployment',
      ({ spec }) => (spec.template.spec.containers[0].livenessProbe.periodSecond = 3),
      'unknown key /spec/template/spec/containers/0/livenessProbe/periodSecond',
    ],
    ['Deployment', (it) => (it.spec.replicas = '3'), 'data/spec/replicas must be integer'],
    ['NetworkPolicy', (it) => (it.spec.ingress[0].form = []), 'unknown key /spec/ingress/0/form'],
    ['PodDisruptionBudget', (it) => (it.spec.maxUnavailble = 1), 'unknown key /spec/maxUnavailble'],
    ['Service', (it) => (it.spec.ports[0].targetport = 1), 'unknown key /spec/ports/0/targetport'],
    ['ServiceMonitor', (it) => (it.spec.endpoints[0].scheam = ''), 'unknown key /spec/endpoints/0/scheam'],
    ['ConfigMap', (it) => (it.date = {}), 'unknown key /date'],
    ['Secret', (it) => (it.data.TOKEN = 'no base64'), 'data/data/TOKEN must match format "byte"'],
    ['Service', (it) => (it.apiVersion = 'v2'), 'no schema for v2 Service'],
  ])('sees what is wrong with a %s', (kind, spoil, mistake) => {
    expect(mistakesIn(spoilt(kind, spoil))).toContain(mistake);
  });
});

describe.each([
  ['deploy/kubernetes/base', 'probity'],
  ['deploy/kubernetes/overlays/sidecar', 'shop'],
])('%s', (folder, name) => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await readCluster(folder);
  });

  it('holds every object to the schema of its kind', () => {
    const mistakes = cluster.manifests.flatMap((one) => mistakesIn(one).map((mistake) => `${one.kind}: ${mistake}`));
    expect(mistakes).toEqual([]);
    expect(cluster.manifests).toHaveLength(7);
  });

  it('gives every object the same name, and a hash to what rolls the pods when it changes', () => {
    for (const { kind, metadata } of cluster.manifests) {
      const hashed = kind === 'ConfigMap' || kind === 'Secret';
      expect(metadata.name).toMatch(hashed ? new RegExp(`^${name}-[a-z0-9]{10}$`) : new RegExp(`^${name}$`));
    }
  });

  it('selects its own pods everywhere, and its own Service for the metrics', () => {
    const { deployment, service, budget, policy, monitor, pod } = cluster;
    const labels = deployment.spec?.template.metadata?.labels ?? {};
    const selectors = [
      deployment.spec?.selector.matchLabels,
      service.spec?.selector,
      budget.spec?.selector?.matchLabels,
      policy.spec?.podSelector?.matchLabels,
      ...(pod.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector?.matchLabels),
    ];
    expect(selectors).toHaveLength(6);
    for (const selector of selectors) {
      expect(selector).toMatchObject({ 'app.kubernetes.io/name': name });
      expect(labels).toMatchObject(selector as object);
    }
    expect(service.metadata?.labels).toMatchObject(monitor.spec.selector.matchLabels as object);
    expect(monitor.spec.selector.matchLabels).toMatchObject({ 'app.kubernetes.io/name': name });
  });

  it('refers to ports by names that there are', () => {
    const { containers, service, policy, monitor } = cluster;
    const inPod = containers.flatMap(({ ports = [] }) => ports.map((port) => port.name));
    expect(new Set(inPod).size).toBe(inPod.length);
    const ofService = (service.spec?.ports ?? []).map((port) => port.name);
    for (const { targetPort } of service.spec?.ports ?? []) expect(inPod).toContain(targetPort);
    for (const { port } of (policy.spec?.ingress ?? []).flatMap(({ ports = [] }) => ports))
      expect(inPod).toContain(port);
    for (const { port, path } of monitor.spec.endpoints) {
      expect(ofService).toContain(port);
      expect(builtin.operations.map((one) => `${one.method} ${one.path}`)).toContain(`get ${path}`);
    }
  });

  it('refers to the Secret and the ConfigMap by the names that they have', () => {
    const { probity, pod, secret, configMap } = cluster;
    expect(probity.envFrom?.map(({ secretRef }) => secretRef?.name)).toEqual([secret.metadata?.name]);
    expect(pod.volumes?.map((volume) => volume.configMap?.name)).toEqual([configMap.metadata?.name]);
    expect(probity.volumeMounts?.map((mount) => mount.name)).toEqual(pod.volumes?.map((volume) => volume.name));
  });

  it('restricts every container, as the Pod Security Standards do', () => {
    const user = Number(only(readStages().at(-1) as Stage, 'USER').text.split(':')[0]);
    expect(cluster.pod.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    for (const { securityContext, resources } of cluster.containers) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(resources?.limits).toHaveProperty('memory');
      expect(resources?.limits).not.toHaveProperty('cpu');
    }
    expect(cluster.pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  });

  it('keeps three replicas serving through a rollout', () => {
    expect(cluster.deployment.spec).toMatchObject({
      replicas: 3,
      strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    });
    expect(cluster.budget.spec).toMatchObject({ maxUnavailable: 1 });
  });
});
