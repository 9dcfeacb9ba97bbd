import type { CheckStatus, Lifecycle, Reason, RequiredFor } from '../../generated/contract/types.gen.ts';
import type { OpenApiDocument } from '../contract/document.ts';
import type { Operation } from '../contract/operations.ts';
import { isWedged, judge, mostNamed, type Verdict } from '../health/probes.ts';
import { type CheckInSnapshot, isDegraded, only, type Snapshot } from '../health/snapshot.ts';

/** Everything that a representation of a probe may show, in Probity's own words: a document renames and translates. */
export interface ProbeReport {
  readonly status: 'up' | 'down';
  /** Why the probe fails, in words for people. */
  readonly detail?: string;
  readonly lifecycle: Lifecycle;
  readonly degraded: boolean;
  readonly checks: readonly CheckReport[];
  /** From the document's `info`. */
  readonly version: unknown;
  readonly title: unknown;
}

interface CheckReport {
  readonly check: string;
  readonly label: string;
  readonly status: CheckStatus;
  readonly reason?: Reason;
  readonly requiredFor: RequiredFor;
  readonly simulated: boolean;
}

export function probeReport(document: OpenApiDocument, snapshot: Snapshot, verdict: Verdict): ProbeReport {
  return {
    status: verdict.ok ? 'up' : 'down',
    ...(verdict.ok ? {} : { detail: verdict.detail }),
    lifecycle: snapshot.lifecycle,
    degraded: isDegraded(snapshot.checks),
    checks: snapshot.checks.map(checkReport),
    version: document.info.version,
    title: document.info.title,
  };
}

/** The state as far as a probe operation looks at it, and the verdict on that. */
export function judged({ probe }: Operation, snapshot: Snapshot): { seen: Snapshot; verdict: Verdict } {
  if (probe === undefined) throw new Error('Expected a probe operation');
  // Liveness never looks at a dependency, and so it shows none; but for a client that only a restart mends.
  const isLiveness = probe.kind === 'liveness';
  const { overdue, ...without } = snapshot;
  const asked = probe.heartbeats === false || overdue === undefined ? without : { ...without, overdue };
  const seen = isLiveness ? { ...asked, checks: snapshot.checks.filter(isWedged) } : only(asked, probe.checks);
  return { seen, verdict: judge(probe.kind, seen) };
}

function checkReport({ name, rules, state }: CheckInSnapshot): CheckReport {
  const { status, reason, last } = state;
  return {
    check: name,
    label: rules.label,
    status,
    ...(reason === undefined ? {} : { reason }),
    requiredFor: rules.requiredFor,
    simulated: last?.simulated ?? false,
  };
}

/** RFC 9457, with the checks that stand in the way: the first few, as a reply has to stay short. */
export function problemContent(status: number, verdict: Verdict): Record<string, unknown> {
  if (verdict.ok) return {};
  const blockers = verdict.blockers.slice(0, mostNamed).map(checkReport);
  return {
    type: 'about:blank',
    title: 'Service Unavailable',
    status,
    detail: verdict.detail,
    // Not the checks of the report: those that are well stand in nobody's way.
    checks: blockers.length === 0 ? undefined : blockers,
  };
}

/** draft-inadarei-api-health-check: its media type fixes its words. */
export function healthContent({ status, degraded, detail, checks }: ProbeReport): Record<string, unknown> {
  const passes = degraded ? 'warn' : 'pass';
  return {
    status: status === 'up' ? passes : 'fail',
    ...(detail === undefined ? {} : { output: detail }),
    checks: Object.fromEntries(
      checks.map(({ check, status, reason }) => [
        check,
        [{ componentId: check, status: words[status], ...(reason === undefined ? {} : { output: reason }) }],
      ]),
    ),
  };
}

const words = { up: 'pass', pending: 'warn', down: 'fail' } as const satisfies Record<CheckStatus, string>;

/** Lines in the manner of kube-apiserver's /readyz?verbose. */
export function textContent(kind: string, { status, checks }: ProbeReport): string {
  const lines = checks.map(({ check, status, reason }) =>
    status === 'up' ? `[+]${check} ok` : `[-]${check} failed: ${reason}`,
  );
  return [...lines, `${kind} check ${status === 'up' ? 'passed' : 'failed'}`, ''].join('\n');
}
