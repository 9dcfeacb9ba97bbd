import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IProbe } from 'kubernetes-models/v1';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { milliseconds } from '../../src/base/duration.ts';
import { defaultSettings } from '../../src/config/settings.ts';
import { type ComposeFile, composeMistakesIn, interpolated } from '../deploy/compose.ts';
import { readText, root } from '../deploy/dockerfile.ts';
import { kustomizedAt } from '../deploy/kustomize.ts';
import { type Manifest, mistakesIn } from '../deploy/strict.ts';
import { temporaryFolder } from '../servers/process.ts';
import { builtin } from '../support.ts';
import { fencesOf } from './pages.ts';

const [{ text: deploymentText } = { text: '' }, ...furtherDeployments] = fencesOf('yaml deployment.yaml');
const [{ text: composeText } = { text: '' }, ...furtherComposeFiles] = fencesOf('yaml compose.yaml');

describe('the deployments in the docs', () => {
  it('are two', () => {
    expect([...furtherDeployments, ...furtherComposeFiles]).toEqual([]);
  });

  it('have a Deployment that the schema of Kubernetes allows', () => {
    expect(mistakesIn(parse(deploymentText) as Manifest)).toEqual([]);
  });

  it('have a Deployment whose probes are those of the contract, and whose end fits', () => {
    const { spec } = parse(deploymentText) as IDeployment;
    const [container] = spec?.template.spec?.containers ?? [];
    expect(spec?.template.metadata?.labels).toEqual(spec?.selector.matchLabels);
    const probes = {
      startup: container?.startupProbe,
      liveness: container?.livenessProbe,
      readiness: container?.readinessProbe,
    };
    for (const [kind, probe] of Object.entries(probes)) {
      const { path, port } = (probe as IProbe).httpGet ?? {};
      expect(builtin.operations.find((operation) => operation.path === path)?.probe).toEqual({ kind });
      expect(port).toBe(container?.ports?.[0]?.containerPort);
    }
    const deadline = milliseconds('deadline', defaultSettings.shutdown.deadline);
    expect((spec?.template.spec?.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(deadline);
  });

  it('have a compose file that the schema of the specification allows', () => {
    expect(composeMistakesIn(parse(interpolated(composeText, {})))).toEqual([]);
  });

  it('have a compose file that asks as deploy/compose.yaml does', () => {
    const { services } = parse(interpolated(composeText, {})) as ComposeFile;
    const { services: kept } = parse(readText('deploy/compose.yaml')) as ComposeFile;
    for (const name of Object.keys(services.app?.depends_on ?? {})) {
      const [ours, theirs] = [kept[name]?.healthcheck, services[name]?.healthcheck];
      expect(theirs?.test.slice(0, 3)).toEqual(ours?.test.slice(0, 3));
      expect([theirs?.interval, theirs?.start_interval]).toEqual([ours?.interval, ours?.start_interval]);
      expect(services[name]?.image).toBe(kept[name]?.image);
    }
    expect(services.app?.healthcheck).toEqual({
      ...kept.probity?.healthcheck,
      test: kept.probity?.healthcheck?.test.map((word) =>
        word.replace(/^probity$/, 'node_modules/.bin/probity').replace(/\/ready$/, '/internal/ready'),
      ),
    });
    expect(services.app?.stop_grace_period).toBe(kept.probity?.stop_grace_period);
  });
});

describe('the overlay in deploy/README.md', () => {
  const folder = temporaryFolder('overlay');
  afterAll(() => folder.remove());

  it('puts in the image, the namespace and the secret, and can do without the Prometheus operator', async () => {
    const [overlay, withoutOperator] = fencesOf('yaml kustomization.yaml').map(({ text }) => text);
    const own = join(folder.path, 'overlays/own');
    cpSync(join(root, 'deploy/kubernetes/base'), join(folder.path, 'base'), { recursive: true });
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'kustomization.yaml'), `${overlay}${withoutOperator}`);
    writeFileSync(join(own, 'secret.env'), 'DATABASE_URL=postgres://own\n');
    const manifests = await kustomizedAt(own);
    expect(manifests.flatMap((manifest) => mistakesIn(manifest))).toEqual([]);
    expect(manifests.map(({ kind }) => kind).sort()).toEqual([
      ...['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Secret', 'Service'],
    ]);
    const text = JSON.stringify(manifests);
    const { version } = JSON.parse(readText('package.json'));
    expect(text).toContain(`"image":"ghcr.io/example/probity:${version}"`);
    expect(text).toContain(`{"DATABASE_URL":"${Buffer.from('postgres://own').toString('base64')}"}`);
    expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['shop']));
  });
});
