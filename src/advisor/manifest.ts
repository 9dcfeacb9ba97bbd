import { isLoopback } from '../base/loopback.ts';
import { stallVisibleMs } from '../monitor/process.ts';
import type { Advice, Advised, ProbeAdvice } from './advice.ts';
import type { Section, Tree } from './render.ts';
import { restartTimes } from './restart.ts';
import type { ServiceFacts } from './service-facts.ts';

/** Docker has no startup probe: what fails in the start period does not count, and is repeated soon. */
const startIntervalSeconds = 1;

/** Above `checkTimeoutMs`, as Node has to start on a machine that may be busy. */
const commandTimeoutSeconds = 5;

/** The stanzas for a service that answers its own probes. */
export function manifestOf(advice: Advice, facts: ServiceFacts): Section[] {
  return [
    {
      title: 'kubernetes',
      comment: [podComment, ...restartComment(advice, facts), ...(isLoopback(facts.host) ? [hostComment] : [])].join(
        '\n',
      ),
      tree: podOf(advice),
    },
    { title: 'compose', comment: composeComment, tree: composeOf(advice) },
  ];
}

const podComment = `Kubernetes: into spec.template.spec of a Deployment or StatefulSet.
No preStop: at SIGTERM readiness is 503 at once, and the process itself goes on serving for shutdown.drainDelay.`;

/** When the printed liveness probe restarts, in a line or two. */
export function restartComment(
  { liveness, graceSeconds }: Pick<Advice, 'liveness' | 'graceSeconds'>,
  { maxStallMs }: ServiceFacts,
): string[] {
  if (liveness === undefined) return [];
  const repetition = {
    periodMs: 1_000 * liveness.periodSeconds.value,
    timeoutMs: 1_000 * liveness.timeoutSeconds.value,
    failures: liveness.failureThreshold.value,
  };
  const { shortestPauseMs, replacedMs } = restartTimes(repetition, maxStallMs, 1_000 * graceSeconds.value);
  const [least, most] = replacedMs.map((ms) => ms / 1_000);
  return [
    `Liveness: a pause of up to ${shortestPauseMs / 1_000} s restarts nothing, as past maxEventLoopDelay a stall is 503 for ${stallVisibleMs / 1_000} s more;`,
    `who is stuck for good is replaced after ${least} to ${most} s, the grace period included, as it does not hear SIGTERM.`,
  ];
}

const hostComment =
  "The kubelet asks the pod's address, so HOST has to be 0.0.0.0 there, as it is in Probity's own image.";

const composeComment = `Compose: into the service. Docker sets a status by it, for what waits with service_healthy.
Swarm ends a task that is unhealthy: there, ask liveness instead.`;

const portName = 'http';

const podOf = ({ startup, liveness, readiness, graceSeconds, port }: Advice): Tree => ({
  terminationGracePeriodSeconds: graceSeconds,
  containers: [
    {
      name: 'app',
      ports: [{ name: portName, containerPort: port }],
      ...probes({ startupProbe: startup, livenessProbe: liveness, readinessProbe: readiness }, portName),
    },
  ],
});

/**
 * The probes and the grace period as a patch of kustomize for one container of any Deployment: by number, as its ports are
 * its own, and in place of the probes it has, as two handlers of one probe are refused.
 */
export function patchOf(advice: Advice, facts: ServiceFacts, container: string): Section[] {
  const { startup, liveness, readiness, graceSeconds, port } = advice;
  const stanzas = probes({ startupProbe: startup, livenessProbe: liveness, readinessProbe: readiness }, port);
  const replacing = Object.fromEntries(
    Object.entries(stanzas).map(([name, probe]) => [name, { $patch: 'replace', ...(probe as object) } as Tree]),
  );
  const spec = { terminationGracePeriodSeconds: graceSeconds, containers: [{ name: container, ...replacing }] };
  return [
    {
      title: 'kustomize',
      comment: [patchComment, ...restartComment(advice, facts)].join('\n'),
      tree: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'any' },
        spec: { template: { spec } },
      },
    },
  ];
}

const patchComment = `Kustomize: a patch, under \`patches\` with a target; its own name counts for nothing then.
Printed by \`probity manifest --patch\`: print it anew when the configuration changes.`;

type ProbeName = 'startupProbe' | 'livenessProbe' | 'readinessProbe';

/** The probes that there is an operation for. */
export function probes(
  asked: Readonly<Partial<Record<ProbeName, ProbeAdvice | undefined>>>,
  port: string | number | Advised<number>,
): Record<string, Tree> {
  const stanzas = Object.entries(asked).flatMap(([name, advice]) =>
    advice === undefined ? [] : [[name, stanza(advice, port)] as const],
  );
  return Object.fromEntries(stanzas);
}

const stanza = ({ path, ...times }: ProbeAdvice, port: string | number | Advised<number>): Tree => ({
  httpGet: { path, port },
  ...times,
  successThreshold: 1,
});

function composeOf({ readiness, liveness, port, graceSeconds, startupSeconds }: Advice): Tree {
  const asked = readiness ?? liveness;
  const healthcheck = asked && {
    test: ['CMD', 'probity', 'check', `http://127.0.0.1:${port}${asked.path.value}`],
    interval: inSeconds(asked.periodSeconds),
    timeout: { value: `${commandTimeoutSeconds}s`, why: 'above the 2 s of `probity check` and the start of Node' },
    retries: { value: 3, why: "Docker's default" },
    start_period: inSeconds(startupSeconds),
    start_interval: { value: `${startIntervalSeconds}s`, why: 'in the start period; Docker Engine 25 or later' },
  };
  return { services: { app: { ...(healthcheck && { healthcheck }), stop_grace_period: inSeconds(graceSeconds) } } };
}

const inSeconds = ({ value, why }: Advised<number>): Advised<string> => ({ value: `${value}s`, why });
