import type { Lifecycle, RequiredFor } from '../../generated/contract/types.gen.ts';
import type { CheckState } from './check-state.ts';
import type { CheckInSnapshot, Snapshot } from './snapshot.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

/** The verdict of a probe: success, or why not in words for people, with the checks that are in the way. */
export type Verdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly detail: string; readonly blockers: readonly CheckInSnapshot[] };

/** What the lifecycle alone says of readiness. */
const lifecycleBlocks = {
  starting: 'Service is starting',
  started: undefined,
  draining: 'Service is shutting down',
  stopped: 'Service is shutting down',
} as const satisfies Record<Lifecycle, string | undefined>;

/** Whether a check in this state keeps readiness from succeeding. */
const blocks = {
  readiness: ({ status }) => status !== 'up',
  startup: ({ wasUp }) => !wasUp,
  nothing: () => false,
} as const satisfies Record<RequiredFor, (state: CheckState) => boolean>;

const judges = { liveness, readiness, startup } as const satisfies Record<ProbeKind, (snapshot: Snapshot) => Verdict>;

export const probeKinds: readonly ProbeKind[] = Object.keys(judges) as ProbeKind[];

export const isProbeKind = (word: unknown): word is ProbeKind =>
  typeof word === 'string' && Object.hasOwn(judges, word);

export const judge = (kind: ProbeKind, snapshot: Snapshot): Verdict => judges[kind](snapshot);

/** Whether a client is stuck while a fresh connection to the same dependency works. */
export const isWedged = ({ state }: CheckInSnapshot): boolean => state.status === 'down' && state.reason === 'wedged';

/**
 * Never looks at a dependency: a restart mends none. What it mends is a client that is stuck while a fresh connection
 * works, and only who asked for the escalation ever sees that reason.
 */
function liveness({ distress, overdue = [], checks }: Snapshot): Verdict {
  const wedged = checks.filter(isWedged);
  const why = [
    ...distress,
    ...overdue,
    ...wedged.slice(0, mostNamed).map(({ rules }) => `${rules.label} client is wedged`),
  ];
  return why.length === 0 ? { ok: true } : { ok: false, detail: why.join('; '), blockers: wedged };
}

function readiness({ lifecycle, checks }: Snapshot): Verdict {
  const blockers = checks.filter(({ rules, state }) => blocks[rules.requiredFor](state));
  const phase = lifecycleBlocks[lifecycle];
  if (phase === undefined && blockers.length === 0) return { ok: true };
  return { ok: false, detail: phaseFirst(lifecycle, blockers) ?? unavailable(blockers), blockers };
}

/**
 * Looks at the checks with `requiredFor: startup` alone. A failing startup probe ends in a restart, as liveness does:
 * a dependency that is merely required for readiness must not be able to cause one.
 */
function startup({ lifecycle, checks }: Snapshot): Verdict {
  if (lifecycle !== 'starting') return { ok: true };
  const blockers = checks.filter(({ rules, state }) => rules.requiredFor === 'startup' && !state.wasUp);
  return { ok: false, detail: phaseFirst('starting', blockers) ?? unavailable(blockers), blockers };
}

/** What the service is doing tells more than its checks do, but for a start that waits for a check that is down. */
function phaseFirst(lifecycle: Lifecycle, blockers: readonly CheckInSnapshot[]): string | undefined {
  const waiting = blockers.every(({ state }) => state.status === 'pending');
  if (lifecycle === 'started') return waiting ? lifecycleBlocks.starting : undefined;
  return lifecycle === 'starting' && !waiting ? undefined : lifecycleBlocks[lifecycle];
}

/** "Database not available; External service not available": the words of the contract's `detail`. */
function unavailable(blockers: readonly CheckInSnapshot[]): string {
  const down = blockers.filter(({ state }) => state.status !== 'pending');
  const named = down.slice(0, mostNamed).map(({ rules }) => `${rules.label} not available`);
  const rest = down.length - named.length;
  return [...named, ...(rest > 0 ? [`${rest} more not available`] : [])].join('; ');
}

/** Kubelet reads 10 KiB of an answer, Docker and Consul keep 4 KiB: a reply stays under that, whatever fails. */
export const mostNamed = 8;
