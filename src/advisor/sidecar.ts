import { type Advice, waiting } from './advice.ts';
import { kubernetesDefaults } from './defaults.ts';
import { probes, restartComment } from './manifest.ts';
import type { Section, Tree } from './render.ts';
import type { ServiceFacts } from './service-facts.ts';

/** For what is still under way when a sidecar is told to stop: the last probe of the kubelet. */
const drainMs = 100;

/** The port on which Probity's own image listens unless it is told another one. */
const usualPort = 8000;

const portName = 'probity';

/**
 * The stanzas for Probity beside somebody else's program.
 *
 * A native sidecar (Kubernetes 1.29 or later) is an init container with `restartPolicy: Always`: it starts before the
 * application and is told to stop after it has ended, so the probes are answered for as long as there is anybody to ask
 * about. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers
 *
 * @param version the version of the image
 */
export function sidecarOf(advice: Advice, facts: ServiceFacts, version: string): Section[] {
  const beats = hasHeartbeats(facts);
  const usual = { value: kubernetesDefaults.terminationGracePeriodSeconds, why: 'where the pod says nothing else' };
  const asked = { liveness: beats ? advice.self : advice.liveness, graceSeconds: usual };
  const comment = [sidecarComment, beats ? livenessElsewhere : livenessHere, ...restartComment(asked, facts)].join(
    '\n',
  );
  const carried: Section = {
    title: 'application',
    comment: [applicationComment(facts), ...restartComment({ ...advice, graceSeconds: usual }, facts)].join('\n'),
    tree: applicationOf(advice),
  };
  return [{ title: 'sidecar', comment, tree: sidecarPod(advice, facts, version) }, ...(beats ? [carried] : [])];
}

/** Whether the application tells of its progress: then its own liveness is known. */
const hasHeartbeats = ({ heartbeats }: ServiceFacts): boolean => heartbeats.length > 0;

const sidecarComment = `Kubernetes: into spec.template.spec of somebody else's pod, beside its containers.
The pod is ready when all of its containers are, so the sidecar's readinessProbe keeps traffic from the application.
No terminationGracePeriodSeconds: the sidecar is told to stop after the application has ended, and takes no time then.
Its configuration: mount it at /etc/probity/probity.yaml, or put DATABASE_URL and the others into env from a Secret.`;

const livenessHere =
  'Its livenessProbe is about the sidecar itself: no heartbeat is promised, so nothing is known of the application.';
const livenessElsewhere = `Its livenessProbe is about the sidecar itself: a late heartbeat is the application's failure, and must not restart it;
and a sidecar that is stuck must not restart a healthy application for ever.`;

/**
 * The application is started when the sidecar's startup probe has succeeded. To ask the startup operation there would
 * lock up a sidecar that waits for a check of the application itself, so it waits until the sidecar listens.
 */
function sidecarPod({ boot, liveness, self, readiness, port }: Advice, facts: ServiceFacts, version: string): Tree {
  return {
    initContainers: [
      {
        name: 'probity',
        image: { value: `probity:${version}`, why: 'from deploy/Dockerfile' },
        restartPolicy: { value: 'Always', why: 'a native sidecar: it starts before the application and ends after it' },
        ...environment(facts),
        ports: [{ name: portName, containerPort: port }],
        ...probes(
          {
            startupProbe: boot,
            livenessProbe: hasHeartbeats(facts) ? self : liveness,
            readinessProbe: readiness,
          },
          portName,
        ),
      },
    ],
  };
}

/** What differs from the image, and from the configuration. */
function environment({ port, drainMs: configured }: ServiceFacts): { readonly env?: Tree } {
  const drain = { value: `${drainMs}ms`, why: 'nobody asks once the application has ended' };
  const env = [
    ...(port === usualPort ? [] : [{ name: 'PORT', value: String(port) }]),
    ...(configured > drainMs ? [{ name: 'DRAIN_DELAY', value: drain }] : []),
  ];
  return env.length === 0 ? {} : { env };
}

/** How long an application may take from a restart to its first beat is its own: as long as restarts back off. */
const firstBeat = { value: 300, why: '300 s to the first beat: a restart backs off for up to 5 min' };

const applicationComment = ({ heartbeats }: ServiceFacts): string =>
  `Kubernetes: into the application's own container, whose heartbeats (${heartbeats.join(', ')}) the sidecar watches.
Ports are by number: a name would be looked for among the ports of this container.
After a restart the startupProbe waits for the first beat, as the promise of the former process is overdue until then.`;

function applicationOf({ liveness, port }: Advice): Tree {
  const first = liveness && waiting({ value: liveness.path.value, why: 'it beats' }, firstBeat);
  const asked = { value: port, why: "the sidecar's" };
  return { containers: [{ name: 'app', ...probes({ startupProbe: first, livenessProbe: liveness }, asked) }] };
}
