import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IContainer, IProbe } from 'kubernetes-models/v1';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/base/duration.ts';
import { loadSettings, type Settings } from '../../src/config/settings.ts';
import { rulesOf } from '../../src/health/rules.ts';
import { type Service, startService, untilStatus } from '../e2e/service.ts';
import { temporaryFolder } from '../servers/process.ts';
import { builtin } from '../support.ts';
import { type Cluster, readCluster, secretEnvironment } from './cluster.ts';

const ms = (duration: string | number): number => milliseconds('duration', duration);
/** How long a process may be silent at the least, in milliseconds, before the probe has failed for good. */
const patience = ({ failureThreshold = 3, periodSeconds = 10, timeoutSeconds = 1 }: IProbe): number =>
  1_000 * ((failureThreshold - 1) * periodSeconds + timeoutSeconds);

describe.each(['base', 'overlays/sidecar'])('the pod of %s', (name) => {
  const folder = temporaryFolder('kubernetes');
  let cluster: Cluster;
  let settings: Settings;
  let env: Record<string, string>;
  const running: Service[] = [];

  beforeAll(async () => {
    cluster = await readCluster(`deploy/kubernetes/${name}`);
    env = secretEnvironment(cluster);
    for (const [file, text] of Object.entries(cluster.configMap.data ?? {})) {
      writeFileSync(join(folder.path, file), text);
    }
    settings = await loadSettings({ folder: folder.path, env });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((service) => service.stop()));
  });
  afterAll(() => folder.remove());

  const probesOf = (container: IContainer): [string, IProbe][] =>
    Object.entries({
      startup: container.startupProbe,
      liveness: container.livenessProbe,
      readiness: container.readinessProbe,
    }).filter((entry): entry is [string, IProbe] => entry[1] !== undefined);
  const probes = (): [string, IProbe][] => cluster.containers.flatMap(probesOf);
  const probe = (kind: string): IProbe =>
    probes().find(([one, { httpGet }]) => one === kind && httpGet !== undefined)?.[1] as IProbe;

  it('asks operations of the contract for what they are', () => {
    const asked = probes().flatMap(([kind, { httpGet }]) => (httpGet ? [[kind, httpGet.path] as const] : []));
    const own = ['liveness', 'readiness', 'startup'];
    expect(asked.map(([kind]) => kind).sort()).toEqual(name === 'base' ? own : ['liveness', ...own, 'startup']);
    for (const [kind, path] of asked) {
      const operation = builtin.operations.find((one) => one.path === path && one.method === 'get');
      // Beside an application nothing waits for a check: the start is over when who is asked is alive.
      const expected = kind === 'startup' && name !== 'base' ? 'liveness' : kind;
      expect(operation?.probe?.kind, `${kind} ${path}`).toBe(expected);
    }
  });

  it('asks on the port of Probity, by name where the container has it', () => {
    const port = cluster.probity.ports?.find((one) => one.name === 'probes');
    expect(port?.containerPort).toBe(settings.port);
    for (const container of cluster.containers) {
      const own = container === cluster.probity;
      for (const [, { httpGet }] of probesOf(container)) {
        if (httpGet) expect(httpGet.port).toBe(own ? 'probes' : settings.port);
      }
    }
  });

  it('is no stricter than the checks, and no more curious', () => {
    const intervals = Object.entries(settings.checks).map(([check, options]) => rulesOf(check, options).intervalMs);
    expect((probe('readiness').periodSeconds ?? 0) * 1_000).toBeGreaterThanOrEqual(Math.min(...intervals));
    expect(patience(probe('liveness'))).toBeGreaterThan(2 * ms(settings.maxEventLoopDelay));
    expect(patience(probe('startup'))).toBeGreaterThan(10_000 + 4 * Math.max(...intervals));
    for (const [kind, { successThreshold, timeoutSeconds, periodSeconds = 0 }] of probes()) {
      expect([kind, successThreshold ?? 1]).toEqual([kind, 1]);
      expect(timeoutSeconds).toBeGreaterThan(1);
      expect(timeoutSeconds).toBeLessThanOrEqual(periodSeconds);
    }
  });

  it('has a grace period for everything that its end takes', () => {
    const hook = Math.max(0, ...cluster.containers.map((one) => one.lifecycle?.preStop?.sleep?.seconds ?? 0));
    const application = cluster.containers.length > 1 ? 25_000 : 0;
    const needed = hook * 1_000 + application + ms(settings.shutdown.deadline);
    expect((cluster.pod.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(needed);
  });

  it('gives the configuration all that it refers to, and none that it does not', () => {
    const referred = [...(cluster.configMap.data?.['probity.yaml'] ?? '').matchAll(/\$\{(\w+)\}/g)];
    expect(Object.keys(env).sort()).toEqual(referred.map(([, variable]) => variable).sort());
    const mounted = cluster.probity.volumeMounts?.[0]?.mountPath;
    expect(cluster.probity.args).toEqual(['serve', '--config', `${mounted}/probity.yaml`]);
  });

  /** With the manifest's configuration, and with the hosts of the Secret's URLs where nobody listens. */
  async function start(): Promise<Service> {
    const nowhere = Object.entries(env).map(([variable, value]): [string, string] => {
      const url = new URL(value);
      url.host = '127.0.0.1:1';
      return [variable, url.href];
    });
    const [, ...args] = cluster.probity.args ?? [];
    const local = args.map((arg) => arg.replace('/etc/probity/', `${folder.path}/`));
    const service = await startService(Object.fromEntries(nowhere), local);
    running.push(service);
    return service;
  }

  it('starts, is alive and not ready while nothing is there that it needs', async () => {
    const { url } = await start();
    const status = async (kind: string): Promise<number> => (await fetch(url + probe(kind).httpGet?.path)).status;
    expect([200, 204]).toContain(await status('liveness'));
    const { detail } = (await (await untilStatus(`${url}/ready`, 503)).json()) as { detail: string };
    for (const label of ['Database', 'Queue', 'External service']) expect(detail).toContain(`${label} not available`);
    expect(detail).not.toContain('Cache');
    expect(await status('startup')).toBe(name === 'base' ? 503 : 200);
  });

  it('starts Probity before an application, and lets it not wait for that', () => {
    const { initContainers = [], containers } = cluster.pod;
    const beside = name === 'base' ? [] : [['probity', 'Always']];
    expect(initContainers.map((one) => [one.name, one.restartPolicy])).toEqual(beside);
    expect(containers.map((one) => one.name)).toEqual([name === 'base' ? 'probity' : 'application']);
    const { application } = settings.checks;
    expect(application?.requiredFor).toBe(name === 'base' ? undefined : 'readiness');
  });

  it('takes the heartbeats that it promises', async () => {
    const { url } = await start();
    const promised = Object.keys(settings.heartbeats);
    expect(promised).toEqual(name === 'base' ? [] : ['application']);
    for (const heartbeat of promised) {
      const answer = await fetch(`${url}/heartbeats/${heartbeat}`, { method: 'POST' });
      expect(answer.status).toBe(204);
    }
    expect((await fetch(`${url}/heartbeats/unpromised`, { method: 'POST' })).status).toBe(404);
  });
});
