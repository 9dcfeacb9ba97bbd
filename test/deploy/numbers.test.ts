import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IContainer } from 'kubernetes-models/v1';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { adviceOn } from '../../src/advisor/advice.ts';
import { manifestOf } from '../../src/advisor/manifest.ts';
import { plain, type Section } from '../../src/advisor/render.ts';
import { factsOf, type ServiceFacts } from '../../src/advisor/service-facts.ts';
import { sidecarOf } from '../../src/advisor/sidecar.ts';
import { loadSettings } from '../../src/config/settings.ts';
import { temporaryFolder } from '../servers/process.ts';
import { builtin } from '../support.ts';
import { readCluster, secretEnvironment } from './cluster.ts';
import { type ComposeFile, interpolated } from './compose.ts';
import { execForm, only, readStages, readText, type Stage } from './dockerfile.ts';

const folder = temporaryFolder('numbers');
afterAll(() => folder.remove());

/** What timing depends on with a configuration and an environment. */
async function factsFor(configuration: string | undefined, env: Record<string, string>): Promise<ServiceFacts> {
  writeFileSync(join(folder.path, 'probity.yaml'), configuration ?? '');
  const file = configuration === undefined ? {} : { folder: folder.path };
  return factsOf(await loadSettings({ ...file, env: { HOST: '0.0.0.0', ...env } }), builtin);
}

type Probe = Record<string, unknown> & { httpGet?: { path?: string } };

/** A probe as a manifest writes it: without the default, and without the port, whose name is its own affair. */
const written = (probe: unknown): unknown => {
  const { successThreshold: _, httpGet, ...times } = probe as Probe;
  return { ...times, path: httpGet?.path };
};

const probesOf = (container: object): unknown =>
  Object.fromEntries(
    Object.entries(container)
      .filter(([name]) => name.endsWith('Probe'))
      .map(([name, probe]) => [name, written(probe)]),
  );

const treeOf = (sections: readonly Section[], title: string): Record<string, Record<string, unknown>[]> =>
  plain(sections.find((section) => section.title === title)?.tree ?? {}) as Record<string, Record<string, unknown>[]>;

describe('deploy/ says what `probity manifest` prints', () => {
  it('for the base', async () => {
    const cluster = await readCluster('deploy/kubernetes/base');
    const facts = await factsFor(cluster.configMap.data?.['probity.yaml'], secretEnvironment(cluster));
    const { terminationGracePeriodSeconds, containers } = treeOf(manifestOf(adviceOn(facts), facts), 'kubernetes');
    expect(cluster.pod.terminationGracePeriodSeconds).toBe(terminationGracePeriodSeconds);
    expect(probesOf(cluster.probity)).toEqual(probesOf(containers?.[0] ?? {}));
  });

  it('for the sidecar and the application beside it', async () => {
    const cluster = await readCluster('deploy/kubernetes/overlays/sidecar');
    const facts = await factsFor(cluster.configMap.data?.['probity.yaml'], secretEnvironment(cluster));
    const sections = sidecarOf(adviceOn(facts), facts, '0.1.0');
    const [sidecar] = treeOf(sections, 'sidecar').initContainers ?? [];
    const [application] = treeOf(sections, 'application').containers ?? [];
    expect(probesOf(cluster.probity)).toEqual(probesOf(sidecar ?? {}));
    expect(probesOf(cluster.pod.containers[0] as IContainer)).toEqual(probesOf(application ?? {}));
  });

  it('for the compose file and the image', async () => {
    const { probity } = (parse(interpolated(readText('deploy/compose.yaml'), {})) as ComposeFile).services;
    const env = probity?.environment as Record<string, string>;
    const facts = await factsFor(undefined, { DATABASE_URL: env.DATABASE_URL ?? '' });
    const { services } = plain(manifestOf(adviceOn(facts), facts)[1]?.tree ?? {}) as {
      services: { app: ComposeFile['services'][string] };
    };
    const { healthcheck, stop_grace_period } = services.app as Record<string, Record<string, string>>;
    expect(probity).toMatchObject({ healthcheck, stop_grace_period });
    const check = only(readStages().at(-1) as Stage, 'HEALTHCHECK');
    expect(execForm(check.text.replace(/^CMD\s+/, ''))).toEqual(['probity', 'check']);
    const { test: _, ...times } = healthcheck ?? {};
    const flags = Object.entries(check.flags).map(([name, value]) => [name.replace('-', '_'), value]);
    expect(Object.fromEntries(flags)).toEqual(
      Object.fromEntries(Object.entries(times).map(([k, v]) => [k, String(v)])),
    );
  });
});
