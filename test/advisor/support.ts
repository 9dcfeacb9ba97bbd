import { stringify } from 'yaml';
import { type LintFinding, lint } from '../../src/advisor/lint.ts';
import { factsOf, type ServiceFacts } from '../../src/advisor/service-facts.ts';
import { defaultSettings, type Settings } from '../../src/config/settings.ts';
import { builtinContract } from '../../src/contract/builtin.ts';

/** What timing depends on with these settings, and the built-in contract. */
export const factsWith = (settings: Partial<Settings> = {}): ServiceFacts =>
  factsOf({ ...defaultSettings, ...settings }, builtinContract(false));

export type Json = Record<string, unknown>;

const startup = {
  httpGet: { path: '/startup', port: 'http' },
  periodSeconds: 2,
  timeoutSeconds: 2,
  failureThreshold: 16,
};
const liveness = {
  httpGet: { path: '/health', port: 'http' },
  periodSeconds: 10,
  timeoutSeconds: 5,
  failureThreshold: 3,
};
const readiness = {
  httpGet: { path: '/ready', port: 'http' },
  periodSeconds: 10,
  timeoutSeconds: 2,
  failureThreshold: 2,
};

/** A container that fits the defaults. */
export const fitting: Json = {
  name: 'app',
  image: 'shop:1.0.0',
  ports: [{ name: 'http', containerPort: 8000 }],
  startupProbe: startup,
  livenessProbe: liveness,
  readinessProbe: readiness,
};

export const startupProbe = (changes: Json): Json => ({ startupProbe: { ...startup, ...changes } });
export const livenessProbe = (changes: Json): Json => ({ livenessProbe: { ...liveness, ...changes } });
export const readinessProbe = (changes: Json): Json => ({ readinessProbe: { ...readiness, ...changes } });

/** A probe that runs a command. */
export const running = (...command: string[]): Json => ({ httpGet: undefined, exec: { command } });

/** A Deployment whose only container fits but for these changes. */
export const deployment = (container: Json = {}, pod: Json = {}): string =>
  workload({
    kind: 'Deployment',
    spec: { template: { spec: { ...pod, containers: [{ ...fitting, ...container }] } } },
  });

export const workload = (object: Json): string =>
  stringify({ apiVersion: 'apps/v1', metadata: { name: 'shop' }, ...object }, { lineWidth: 0 });

const fittingService: Json = {
  image: 'shop:1.0.0',
  ports: ['8000:8000'],
  healthcheck: {
    test: ['CMD', 'probity', 'check', 'http://127.0.0.1:8000/ready'],
    interval: '10s',
    timeout: '5s',
    retries: 3,
    start_period: '30s',
  },
  stop_grace_period: '30s',
};

/** A compose file whose service `app` fits but for these changes. */
export const compose = (service: Json = {}, others: Json = {}): string =>
  stringify({ services: { app: { ...fittingService, ...service }, ...others } }, { lineWidth: 0 });

export const healthcheck = (changes: Json): Json => ({
  healthcheck: { ...(fittingService.healthcheck as Json), ...changes },
});

/** The container `app` embeds Probity, where there is one. */
export const findingsIn = (
  text: string,
  settings: Partial<Settings> = {},
  file = 'manifest.yaml',
): readonly LintFinding[] => lint([{ file, text }], factsWith(settings), /\bapp\b/.test(text) ? ['app'] : []).findings;

/** What stands where a finding points at. */
export const pointedAt = (text: string, { line, column }: LintFinding): string =>
  (text.split('\n')[line - 1] ?? '').slice(column - 1);
