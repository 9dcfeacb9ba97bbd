import { milliseconds } from '../base/duration.ts';
import type { Settings } from '../config/settings.ts';
import type { Contract } from '../contract/contract.ts';
import type { Operation } from '../contract/operations.ts';
import { failing } from '../contract/responses.ts';
import { simulationOf } from '../faults/options.ts';
import { type ProbeKind, probeKinds } from '../health/probes.ts';
import { type CheckRules, rulesOf } from '../health/rules.ts';
import { shutdownTimes } from '../shutdown/times.ts';
import { startupNeedMs } from './defaults.ts';

/** An operation that a prober may ask. */
export interface ProbeOperation {
  readonly kind: ProbeKind;
  readonly path: string;
  /** The shortest interval of the checks that its answer depends on; absent where it depends on none. */
  readonly intervalMs?: number;
  /** Whether it leaves the heartbeats of others out. */
  readonly isAboutItself?: true;
}

/** What timing depends on. Times are in milliseconds. */
export interface ServiceFacts {
  /** Where it listens, and what it listens on. */
  readonly host: string;
  readonly port: number;
  /** Every port on which probes are answered: that one, and the one for management if there is any. */
  readonly ports: readonly number[];
  /** By kind, the best one first. */
  readonly probes: Readonly<Record<ProbeKind, readonly ProbeOperation[]>>;
  /** The other paths that answer GET. */
  readonly otherPaths: readonly string[];
  readonly maxStallMs: number;
  readonly startupNeedMs: number;
  /** The names of the checks that the start waits for. */
  readonly startupChecks: readonly string[];
  readonly heartbeats: readonly string[];
  readonly drainMs: number;
  readonly deadlineMs: number;
  /** Whether failures may be simulated, and whether anybody has a token. */
  readonly simulation: boolean;
  readonly tokens: boolean;
}

/**
 * What timing depends on, from the configuration and the contract in force.
 *
 * @throws RangeError naming the option that is wrong.
 */
export function factsOf(settings: Settings, contract: Contract): ServiceFacts {
  const checks = Object.entries(settings.checks).map(([name, check]) => ({ name, rules: rulesOf(name, check) }));
  const rules = checks.map((check) => check.rules);
  const asked = contract.operations.filter(({ method }) => method === 'get');
  const { management, access } = settings;
  return {
    host: settings.host,
    port: settings.port,
    ports: [settings.port, ...(management === undefined ? [] : [management.port])],
    probes: Object.fromEntries(
      probeKinds.map((kind) => [kind, bestFirst(asked, kind).map((one) => probeOperation(one, kind, checks))]),
    ) as Record<ProbeKind, ProbeOperation[]>,
    otherPaths: asked.filter(({ probe }) => probe === undefined).map(({ path }) => path),
    maxStallMs: milliseconds('maxEventLoopDelay', settings.maxEventLoopDelay),
    startupNeedMs: startupNeedMs(rules),
    startupChecks: checks.filter((check) => check.rules.requiredFor === 'startup').map(({ name }) => name),
    heartbeats: Object.keys(settings.heartbeats),
    ...shutdownTimes(settings.shutdown),
    simulation: simulationOf(settings.simulation, Object.keys(settings.checks)).enabled,
    tokens: (access?.tokens ?? []).length > 0,
  };
}

/**
 * The operations of a kind in the order in which they suit an orchestrator: those that look at every check come before
 * those that are narrowed to some, and what leaves heartbeats out comes last; then those whose failure has a body, because
 * who reads in `kubectl describe pod` that a probe failed asks the same path and is told why, and the kubelet itself reads
 * nothing but the status; then the document's own order.
 */
function bestFirst(operations: readonly Operation[], kind: ProbeKind): readonly Operation[] {
  const rank = ({ probe, responses }: Operation): number => {
    const tells = (failing(responses)?.response.content ?? []).length > 0;
    return (probe?.heartbeats === false ? 4 : 0) + (probe?.checks === undefined ? 0 : 2) + (tells ? 0 : 1);
  };
  return operations.filter(({ probe }) => probe?.kind === kind).toSorted((one, other) => rank(one) - rank(other));
}

function probeOperation(
  { path, probe }: Operation,
  kind: ProbeKind,
  checks: readonly { readonly name: string; readonly rules: CheckRules }[],
): ProbeOperation {
  const seen = checks.filter(({ name }) => probe?.checks?.includes(name) ?? true);
  const intervals = seen.filter(({ rules }) => rules.requiredFor === 'readiness').map(({ rules }) => rules.intervalMs);
  if (probe?.heartbeats === false) return { kind, path, isAboutItself: true };
  if (kind !== 'readiness' || intervals.length === 0) return { kind, path };
  return { kind, path, intervalMs: Math.min(...intervals) };
}
