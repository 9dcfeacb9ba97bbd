import type { Check, FaultInForce, LastRun, Process, Reason, Report } from '../../../generated/contract/types.gen.ts';
import { shownTime } from '../../base/wall-clock.ts';
import type { Contract } from '../../contract/contract.ts';
import { type FaultControl, livenessTarget, type SharedFault } from '../../faults/control.ts';
import type { Outcome } from '../../health/check-state.ts';
import { judge } from '../../health/probes.ts';
import { type CheckInSnapshot, isDegraded, only, type Snapshot } from '../../health/snapshot.ts';

/** The whole state as the contract tells it; `readinessOnly` are the checks that readiness was narrowed to. */
export function reportOf(
  snapshot: Snapshot,
  process: Process,
  faults: FaultControl,
  readinessOnly?: readonly string[],
): Report {
  const reachable = faults.isFleetReachable();
  const liveness = faults.liveness ? faults.of(livenessTarget) : undefined;
  return {
    lifecycle: snapshot.lifecycle,
    live: judge('liveness', snapshot).ok,
    ready: judge('readiness', only(snapshot, readinessOnly)).ok,
    degraded: isDegraded(snapshot.checks),
    checks: snapshot.checks.map((check) => checkOf(check, faults.of(check.name))),
    process,
    ...(liveness === undefined ? {} : { faults: [faultOf(liveness)] }),
    ...(reachable === undefined ? {} : { fleet: { reachable } }),
  };
}

export function checkOf({ name, rules, state }: CheckInSnapshot, active: SharedFault | undefined): Check {
  const { last, reason, status, since, canary, certificateExpiry } = state;
  return {
    check: name,
    label: rules.label,
    status,
    ...(reason === undefined ? {} : { reason }),
    requiredFor: rules.requiredFor,
    simulated: last?.simulated ?? false,
    ...(active === undefined ? {} : { fault: { kind: active.fault.kind, ...endOf(active) } }),
    since: shownTime(since),
    ...(last === undefined ? {} : { lastRun: runOf(last) }),
    ...(last?.facts === undefined ? {} : { facts: last.facts }),
    ...(canary === undefined ? {} : { canary: { ...runOf(canary), ...reasonOf(canary) } }),
    ...(certificateExpiry === undefined ? {} : { certificate: { expires: new Date(certificateExpiry).toISOString() } }),
  };
}

const runOf = ({ at, durationMs, kind }: Outcome): LastRun => ({
  at: shownTime(at),
  durationMs: rounded(durationMs),
  outcome: kind,
});

const reasonOf = ({ reason }: Outcome): { reason?: Reason } => (reason === undefined ? {} : { reason });

export function faultOf(active: SharedFault): FaultInForce {
  const { check, fault, shared } = active;
  return { check, fault, ...endOf(active), ...(shared === undefined ? {} : { shared }) };
}

const endOf = ({ until, by }: SharedFault): { until: string; by?: string } => ({
  until: shownTime(until),
  ...(by === undefined ? {} : { by }),
});

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/** What the contract narrows readiness to; nothing when it looks at every check. */
export const readinessChecks = ({ operations }: Pick<Contract, 'operations'>): readonly string[] | undefined =>
  operations.find(({ probe }) => probe?.kind === 'readiness')?.probe?.checks;
