import type { ProbeKind } from '../health/probes.ts';
import { commandOf } from './command.ts';
import { kubernetesDefaults } from './defaults.ts';
import type { Probe } from './program.ts';
import { type Question, questionsIn } from './question.ts';
import { countAt, secondsAt } from './setting.ts';
import { type Place, textOf } from './yaml-place.ts';

/** The words of a command of Kubernetes. */
export const argvOf = (list: Place): string[] => list.items().map((word) => textOf(word) ?? '');

/** The probe of a kind that a container has. */
export function probeOf(container: Place, kind: ProbeKind, hasOtherDefaults: boolean): Probe[] {
  const name = `${kind}Probe`;
  const place = container.get(name);
  if (!place.exists) return [];
  const exec = place.get('exec', 'command');
  const command = exec.exists ? commandOf(exec, argvOf(exec)) : undefined;
  const http = place.get('httpGet');
  const asked = command === undefined ? [] : questionsIn(command);
  const elsewhere = ['tcpSocket', 'grpc'].map((key) => place.get(key)).find(({ exists }) => exists);
  // Knative has defaults of its own, and what is a part gets the rest elsewhere.
  const defaults: Partial<typeof kubernetesDefaults> = hasOtherDefaults ? {} : kubernetesDefaults;
  const { periodSeconds, timeoutSeconds, failureThreshold, successThreshold, initialDelaySeconds } = defaults;
  return [
    {
      kind,
      name,
      place,
      questions: http.exists ? [questionOf(http)] : asked,
      ...(command && { command }),
      ...(elsewhere && { elsewhere }),
      // What is 0 in a probe is not written, to Kubernetes (SetDefaults_Probe).
      period: secondsAt(place, 'periodSeconds', periodSeconds, true),
      timeout: secondsAt(place, 'timeoutSeconds', timeoutSeconds, true),
      failures: countAt(place, 'failureThreshold', failureThreshold),
      successes: countAt(place, 'successThreshold', successThreshold),
      delay: secondsAt(place, 'initialDelaySeconds', initialDelaySeconds),
      grace: secondsAt(place, 'terminationGracePeriodSeconds', undefined),
    },
  ];
}

/** A probe over HTTP. What stands in the place of `scheme` and `host` by default is the same as nothing. */
function questionOf(http: Place): Question {
  const path = http.get('path');
  const port = http.get('port');
  const scheme = http.get('scheme');
  const host = http.get('host');
  return {
    place: path,
    path: pathOf(textOf(path) ?? '/'),
    ...((typeof port.scalar === 'string' && !port.scalar.includes('$')) ||
    (typeof port.scalar === 'number' && port.scalar !== 0)
      ? { port: { value: port.scalar, place: port } }
      : {}),
    ...(scheme.exists && textOf(scheme)?.toUpperCase() !== 'HTTP' ? { scheme } : {}),
    ...(host.exists && textOf(host) !== '' ? { host } : {}),
  };
}

/** A probe tolerates any query, and the kubelet puts the slash at the beginning that is missing. */
const pathOf = (path: string): string => path.replace(/^(?!\/)/, '/').replace(/[?#].*$/, '');
