import type { CheckStatus, Facts, Reason } from '../../generated/contract/types.gen.ts';
import type { CheckRules } from './rules.ts';

/** The outcome of one run of a checker. Times are in milliseconds on the monotonic clock. */
export interface Outcome {
  readonly kind: 'ok' | 'busy' | 'failed';
  /** Absent when all is well; a run that is ok and has one is degraded. */
  readonly reason?: Reason;
  /** What the driver said, in one line: for the log alone. */
  readonly why?: string;
  /** What the check wants to be known beside. */
  readonly facts?: Facts;
  /** Whether a fault lay over the check. */
  readonly simulated: boolean;
  readonly at: number;
  readonly durationMs: number;
}

export interface CheckState {
  readonly status: CheckStatus;
  /** Why the check is not up, or is up but not well. */
  readonly reason?: Reason;
  /** Consecutive outcomes that speak against `status`. */
  readonly against: number;
  /** Whether the check has ever been up. */
  readonly wasUp: boolean;
  /** When `status` began. */
  readonly since: number;
  readonly last?: Outcome;
  /** The outcome of the latest fresh connection, where one is tried now and then. */
  readonly canary?: Outcome;
  /** When the server's certificate expires, in milliseconds since 1970. */
  readonly certificateExpiry?: number;
  /** What speaks against the connections to come, whatever the runs say. */
  readonly warning?: Reason;
}

/**
 * Whether a reason says "not now" rather than "not well". A busy dependency neither brings a check down nor brings it
 * up: taking every replica out of service because a shared database is busy would make an outage of a slow day.
 */
const busyReasons: Readonly<Record<Reason, boolean>> = {
  overloaded: true,
  too_many_connections: true,
  pool_saturated: true,
  blocked: true,
  pending: false,
  timeout: false,
  stale: false,
  refused: false,
  dns: false,
  not_found: false,
  tls: false,
  auth: false,
  protocol: false,
  unexpected_response: false,
  starting: false,
  loading: false,
  read_only: false,
  master_down: false,
  wedged: false,
  certificate_expiring: false,
  unavailable: false,
};

/** Every reason of the contract. */
export const reasons: readonly Reason[] = Object.keys(busyReasons) as Reason[];

/** Whether a word is a reason of the contract. */
export const isReason = (word: unknown): word is Reason => typeof word === 'string' && Object.hasOwn(busyReasons, word);

export const isBusy = (reason: Reason): boolean => busyReasons[reason];

export const initialCheckState = (now: number): CheckState => ({
  status: 'pending',
  reason: 'pending',
  against: 0,
  wasUp: false,
  since: now,
});

/** The state after an outcome. From `pending` the first clear outcome decides; from then on the thresholds do. */
export function nextCheckState(state: CheckState, outcome: Outcome, rules: CheckRules): CheckState {
  if (outcome.kind === 'busy') return { ...state, ...reasonOf(outcome), against: 0, last: outcome };
  const says = outcome.kind === 'ok' ? 'up' : 'down';
  if (says === state.status) return { ...keepStatus(state), ...reasonOf(outcome), against: 0, last: outcome };
  const against = state.against + 1;
  if (against < needed(state.status, rules)) return { ...state, against, last: outcome };
  return {
    status: says,
    ...reasonOf(outcome),
    against: 0,
    wasUp: state.wasUp || says === 'up',
    since: outcome.at,
    last: outcome,
  };
}

/** The state as it is at `now`: an up check whose latest outcome is older than its freshness budget is stale. */
export function agedCheckState(state: CheckState, rules: CheckRules, now: number): CheckState {
  if (state.status !== 'up' || now < staleAt(state, rules)) return state;
  return { ...state, status: 'down', reason: 'stale', against: 0, since: now };
}

/** When an up check goes stale unless another outcome comes. */
export const staleAt = (state: CheckState, rules: CheckRules): number =>
  (state.last?.at ?? state.since) + rules.staleAfterMs;

const needed = (status: CheckStatus, rules: CheckRules): number =>
  ({ pending: 1, up: rules.failAfter, down: rules.recoverAfter })[status];

const reasonOf = (outcome: Outcome): { reason?: Reason } =>
  outcome.reason === undefined ? {} : { reason: outcome.reason };

function keepStatus({ reason: _, ...state }: CheckState): CheckState {
  return state;
}
