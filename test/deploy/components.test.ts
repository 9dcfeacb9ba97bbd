import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { afterAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { adviceOn } from '../../src/advisor/advice.ts';
import { lint } from '../../src/advisor/lint.ts';
import { patchOf } from '../../src/advisor/manifest.ts';
import { rendered } from '../../src/advisor/render.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { factsWith } from '../advisor/support.ts';
import { temporaryFolder } from '../servers/process.ts';
import { readText, root } from './dockerfile.ts';
import { kustomizedAt } from './kustomize.ts';
import { mistakesIn } from './strict.ts';

const folder = temporaryFolder('components');
afterAll(() => folder.remove());
cpSync(join(root, 'deploy/kubernetes'), join(folder.path, 'kubernetes'), { recursive: true });

/** What kustomize makes of an overlay beside the copied folders. */
async function overlay(name: string, kustomization: object, files: Record<string, object> = {}): Promise<IDeployment> {
  const path = join(folder.path, name);
  mkdirSync(path);
  const kind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  for (const [file, content] of Object.entries({ ...files, 'kustomization.yaml': { ...kind, ...kustomization } }))
    writeFileSync(join(path, file), stringify(content));
  const objects = await kustomizedAt(path);
  expect(objects.flatMap(mistakesIn)).toEqual([]);
  return objects.find((object) => object.kind === 'Deployment') as IDeployment;
}

const labels = { 'app.kubernetes.io/name': 'shop' };
const shop = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        containers: [
          {
            name: 'shop',
            image: 'registry.example.com/shop:1.0.0',
            ports: [{ name: 'web', containerPort: 8000 }],
            livenessProbe: { tcpSocket: { port: 'web' }, initialDelaySeconds: 30 },
          },
          { name: 'beside', image: 'registry.example.com/beside:1.0.0' },
        ],
      },
    },
  },
};

describe('the component of the probes', () => {
  it('has what `probity manifest --patch` prints', () => {
    const facts = factsWith(defaultSettings);
    expect(readText('deploy/kubernetes/components/probes/probes.yaml')).toBe(
      rendered(patchOf(adviceOn(facts), facts, 'shop')),
    );
  });

  it('takes the place of the probes that a Deployment has, and of nothing else', async () => {
    const components = ['../kubernetes/components/probes'];
    const deployment = await overlay('probes', { resources: ['shop.yaml'], components }, { 'shop.yaml': shop });
    const spec = deployment.spec?.template.spec;
    expect(spec?.terminationGracePeriodSeconds).toBe(30);
    const [container, beside] = spec?.containers ?? [];
    expect(container?.livenessProbe).toEqual({
      httpGet: { path: '/health', port: 8000 },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
      successThreshold: 1,
    });
    expect(container?.ports).toEqual([{ name: 'web', containerPort: 8000 }]);
    expect(beside).toEqual({ name: 'beside', image: 'registry.example.com/beside:1.0.0' });
    expect(lint([{ file: 'shop.yaml', text: stringify(deployment) }], factsWith(), ['shop']).findings).toEqual([]);
  });
});

describe('the component of the tokens', () => {
  it('mounts a Secret where the environment says, and leaves the rest of the base', async () => {
    const components = ['../kubernetes/components/tokens'];
    const deployment = await overlay('tokens', { resources: ['../kubernetes/base'], components });
    const spec = deployment.spec?.template.spec;
    const [container] = spec?.containers ?? [];
    const file = container?.env?.find(({ name }) => name === 'PROBITY_TOKENS_FILE')?.value;
    const mount = container?.volumeMounts?.find(({ name }) => name === 'tokens');
    expect(file).toBe(`${mount?.mountPath}/tokens`);
    expect(spec?.volumes?.map(({ name }) => name).sort()).toEqual(['configuration', 'tokens']);
    expect(spec?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, fsGroup: 65532 });
    expect(container?.livenessProbe).toBeDefined();
  });
});
