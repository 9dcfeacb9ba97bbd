import type { Lifecycle } from '../../generated/contract/types.gen.ts';
import type { CheckState } from './check-state.ts';
import type { CheckRules } from './rules.ts';

/** Everything that a probe's answer depends on, at one moment. */
export interface Snapshot {
  readonly lifecycle: Lifecycle;
  /** Why the process should be restarted, in words for people; empty while it is well. */
  readonly distress: readonly string[];
  /** The heartbeats that are overdue, in words for people. */
  readonly overdue?: readonly string[];
  readonly checks: readonly CheckInSnapshot[];
}

export interface CheckInSnapshot {
  readonly name: string;
  readonly rules: CheckRules;
  readonly state: CheckState;
}

/** Whether the start is complete: every check that is needed for it has been up once. */
export const hasStarted = (checks: readonly CheckInSnapshot[]): boolean =>
  checks.every(({ rules, state }) => rules.requiredFor !== 'startup' || state.wasUp);

/** Whether any check is not up, or up but not well. */
export const isDegraded = (checks: readonly CheckInSnapshot[]): boolean =>
  checks.some(({ state }) => state.status !== 'up' || state.reason !== undefined);

/** The snapshot as if there were no checks but those; all of them when no names are given. */
export function only(snapshot: Snapshot, names?: readonly string[]): Snapshot {
  if (names === undefined) return snapshot;
  return { ...snapshot, checks: snapshot.checks.filter(({ name }) => names.includes(name)) };
}
