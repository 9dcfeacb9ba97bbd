import type { Settings } from '../../../src/config/settings.ts';
import { deployment, type Json, workload } from '../support.ts';

export interface Drawn {
  /** The name of the file, where it is no YAML. */
  readonly file?: string;
  readonly manifest: string;
  readonly settings?: Partial<Settings>;
  /** What stands where the finding points at begins so. */
  readonly at: string;
  readonly found: string;
  readonly expected: string;
}

export interface Silent {
  readonly file?: string;
  readonly because: string;
  readonly manifest: string;
  readonly settings?: Partial<Settings>;
}

/** By rule: what draws it, and what looks like it and does not. */
export type Examples = Readonly<
  Record<string, { readonly drawn: readonly Drawn[]; readonly silent: readonly Silent[] }>
>;

/** One check with the defaults. */
export const checks: Settings['checks'] = { database: { kind: 'postgres', url: 'postgres://db/app' } };

/** A check that the start waits for, and slowly. */
export const shared: Settings['checks'] = {
  shared: { kind: 'http', url: 'http://shared/', requiredFor: 'startup', timeout: '5s', recoverAfter: 3 },
};

export const asking = (path: string): Json => ({ httpGet: { path, port: 'http' } });

const sidecar: Json = {
  name: 'probity',
  image: 'probity:0.1.0',
  restartPolicy: 'Always',
  ports: [{ name: 'probity', containerPort: 8000 }],
  livenessProbe: { httpGet: { path: '/health', port: 'probity' }, timeoutSeconds: 2 },
  readinessProbe: { httpGet: { path: '/ready', port: 'probity' }, timeoutSeconds: 2 },
};

/** A program with Probity beside it as a native sidecar, which carries readiness and its own liveness. */
export const beside = (container: Json, pod: Json = {}, changes: Json = {}): string =>
  workload({
    kind: 'Deployment',
    spec: {
      template: {
        spec: { ...pod, initContainers: [{ ...sidecar, ...changes }], containers: [{ name: 'program', ...container }] },
      },
    },
  });

export const liveThroughSidecar = (port: string | number): Json => ({
  livenessProbe: { httpGet: { path: '/health', port }, timeoutSeconds: 2 },
});

/** A Deployment with an init container. */
export const withInit = (container: Json): string =>
  deployment({}, { initContainers: [{ name: 'migrate', image: 'shop:1.0.0', ...container }] });

/** What ends by itself, and takes no traffic. */
export const job = (container: Json): string =>
  workload({ kind: 'Job', spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } } });

export const curl = (...flags: string[]): string[] => ['CMD', 'curl', ...flags, 'http://localhost:8000/ready'];

export const secret: Json = { valueFrom: { secretKeyRef: { name: 'shop', key: 'value' } } };
