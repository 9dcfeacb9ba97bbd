import type { CheckStatus, Lifecycle, Reason } from '../../generated/contract/types.gen.ts';
import type { Operation } from '../../src/contract/operations.ts';
import { livenessTarget } from '../../src/faults/control.ts';
import type { ActiveFault } from '../../src/faults/state.ts';
import type { Outcome } from '../../src/health/check-state.ts';
import type { CanaryRules, CheckRules } from '../../src/health/rules.ts';
import { createLife, timerMs, type Verdict } from './life.ts';
import { canaryRetryMs, downWithinMs, slower, type Truth, truthOf, upWithinMs, warnedWithinMs } from './promises.ts';
import { type Behaviour, nameOf } from './script.ts';

type Probe = NonNullable<Operation['probe']>;

/**
 * Says what a replica may answer. It knows what was done to the replica, and of the monitor only which runs there were:
 * what they mean it works out for itself.
 */
export interface Oracle {
  /** What a probe may answer now: whether it may succeed, and whether it may fail. */
  verdict(probe: Probe): Verdict;
  dependency(check: number, behaviour: Behaviour, isTold: boolean): void;
  reset(check: number): void;
  /** A fault is in force from now on, or none any more. */
  fault(check: string, active: ActiveFault | undefined): void;
  ran(check: number, outcome: Outcome): void;
  wentStale(check: number): void;
  /** Who connects anew is refused from now on, or not any more. */
  door(check: number, refuses: Reason | undefined): void;
  /** A fresh connection is made, beside so many others. */
  connected(check: number, others: number): void;
  /** Holds what is told of the connections to come against what is so. */
  warned(check: number, warning: Reason | undefined): void;
  stalled(ms: number): void;
  beat(): void;
  failed(): void;
  started(): void;
  draining(): void;
}

export interface OracleOptions {
  readonly rules: readonly CheckRules[];
  readonly mayHang: readonly boolean[];
  readonly heartbeatMs: number | undefined;
  readonly isStartExplicit: boolean;
  /** The world's time. */
  now(): number;
  /** The number of the turn of the replica's loop. */
  turn(): number;
  /** Takes what is wrong whatever is answered. */
  complain(what: string): void;
}

/** One check as the oracle sees it. Times are the world's. */
interface Seen {
  readonly rules: CheckRules;
  readonly mayHang: boolean;
  behaviour: Behaviour;
  fault: ActiveFault | undefined;
  truth: Truth;
  /** Since when it is only that, with nothing in between that might have kept anybody from seeing it. */
  since: number;
  isTold: boolean;
  /** Why who connects anew is refused, if anybody is. */
  refuses: Reason | undefined;
  connectedAt: number;
  /** Since when nothing at all has happened to it. */
  quietSince: number;
  /** What the runs came to, by the thresholds. */
  status: CheckStatus;
  against: number;
  wasUp: boolean;
  ranAt: number;
  /** The slowest way back that the runs before `since`, or under way then, may have led to. */
  before: Reason | 'ok' | 'asked';
}

const unseen = (rules: CheckRules, mayHang: boolean): Seen => {
  const behaviour: Behaviour = { kind: 'ok', withinMs: 5 };
  const truth = truthOf(behaviour, undefined, rules);
  const fresh = { status: 'pending', against: 0, wasUp: false, ranAt: 0, before: 'asked' } as const;
  const door = { refuses: undefined, connectedAt: Number.NEGATIVE_INFINITY, quietSince: 0 };
  return { rules, mayHang, behaviour, truth, fault: undefined, since: 0, isTold: false, ...door, ...fresh };
};

export function createOracle(options: OracleOptions): Oracle {
  const { rules, mayHang, heartbeatMs, now, turn, complain } = options;
  const checks = rules.map((own, index) => unseen(own, mayHang[index] as boolean));
  let lifecycle: Lifecycle = 'starting';
  let mayStart = !options.isStartExplicit;
  let stallEndedAt = 0;
  /** What has changed in this turn or the one before may show already, or not yet. */
  let changedIn = 0;
  const changed = (): void => {
    changedIn = turn();
    if (
      lifecycle === 'starting' &&
      mayStart &&
      checks.every(({ rules, wasUp }) => rules.requiredFor !== 'startup' || wasUp)
    )
      lifecycle = 'started';
  };

  const isKnown = (): boolean => turn() - changedIn > 1 && now() > stallEndedAt + timerMs;
  const look = (seen: Seen, isTold: boolean): void => {
    const { truth: before } = seen;
    const own = truthOf(seen.behaviour, seen.fault, seen.rules);
    const mayBeRefused = seen.refuses !== undefined && seen.rules.canary?.required && own.is === 'well';
    const truth: Truth = mayBeRefused ? { is: 'unclear' } : own;
    seen.truth = truth;
    seen.quietSince = Math.max(now(), stallEndedAt);
    if (truth.is !== before.is || truth.is === 'unclear') {
      seen.since = Math.max(now(), stallEndedAt);
      seen.isTold = isTold && now() >= stallEndedAt;
      // Logins that were refused before slow the runs down still.
      if (truth.is === 'dead') seen.truth = { ...truth, isRefused: truth.isRefused || seen.before === 'auth' };
      return;
    }
    seen.truth = slower(before, truth);
  };

  const isDeadTooLong = ({ truth, since, isTold, rules, mayHang }: Seen): boolean =>
    truth.is === 'dead' && now() > since + downWithinMs(rules, truth, isTold, mayHang);
  const isWellLongEnough = ({ truth, since, rules, before }: Seen): boolean =>
    truth.is === 'well' && now() > since + upWithinMs(rules, truth, before);
  const isStale = ({ status, ranAt, rules }: Seen): boolean =>
    status === 'up' && now() > Math.max(ranAt + rules.staleAfterMs, stallEndedAt) + timerMs;

  function readiness() {
    const required = checks.filter(({ rules }) => rules.requiredFor === 'readiness');
    const starters = checks.filter(({ rules }) => rules.requiredFor === 'startup');
    const late = required.find((seen) => isDeadTooLong(seen) || isStale(seen));
    const isLeft = lifecycle === 'draining' || lifecycle === 'stopped';
    const exact =
      lifecycle === 'started' &&
      required.every(({ status }) => status === 'up') &&
      starters.every(({ wasUp }) => wasUp);
    const isSound =
      !isLeft &&
      mayStart &&
      required.every(isWellLongEnough) &&
      starters.every((seen) => (seen.wasUp && isKnown()) || isWellLongEnough(seen));
    return {
      mayBeOk: !isLeft && late === undefined && (exact || !isKnown()),
      mayFail: !isSound && (!exact || !isKnown()),
      why: () => JSON.stringify({ lifecycle, exact, isSound, late, checks }),
    };
  }

  function startup() {
    const isStarted = lifecycle !== 'starting';
    return { mayBeOk: isStarted || !isKnown(), mayFail: !isStarted || !isKnown(), why: () => lifecycle };
  }

  const life = createLife({ heartbeatMs, now, isKnown });
  const judges = { readiness, startup, liveness: life.verdict };

  return {
    verdict: ({ kind, heartbeats = true }) => judges[kind](heartbeats),
    dependency(check, behaviour, isTold) {
      const seen = checks[check] as Seen;
      seen.behaviour = behaviour;
      // A driver is listened to while its check is up, and refused logins slow the runs down whatever it says.
      look(seen, isTold && seen.status === 'up' && seen.before !== 'auth');
      seen.before = worse(seen, seen.before === 'asked' ? 'ok' : seen.before);
    },
    reset(check) {
      const seen = checks[check] as Seen;
      seen.since = Math.max(now(), seen.since);
      seen.quietSince = seen.since;
      seen.before = worse(seen, 'refused');
    },
    fault(check, active) {
      if (check === livenessTarget) {
        life.fault(active);
        return changed();
      }
      const seen = checks.find((_, index) => nameOf(index) === check) as Seen;
      seen.fault = active;
      const { since } = seen;
      look(seen, true);
      if (seen.truth.is === 'well' && seen.since !== since) seen.before = 'asked';
    },
    ran(check, { kind, reason }) {
      const seen = checks[check] as Seen;
      seen.ranAt = now();
      if (seen.truth.is !== 'well' || now() <= seen.since + seen.rules.timeoutMs + 50) {
        const led = reason ?? 'ok';
        seen.before = seen.truth.is === 'well' ? worse(seen, led) : led;
      }
      if (kind === 'busy') {
        seen.against = 0;
        return;
      }
      const says = kind === 'ok' ? 'up' : 'down';
      seen.against = says === seen.status ? 0 : seen.against + 1;
      const needed = { pending: 1, up: seen.rules.failAfter, down: seen.rules.recoverAfter }[seen.status];
      if (says === seen.status || seen.against < needed) return;
      seen.status = says;
      seen.against = 0;
      seen.wasUp ||= says === 'up';
      changed();
    },
    door(check, refuses) {
      const seen = checks[check] as Seen;
      seen.refuses = refuses;
      look(seen, false);
    },
    connected(check, others) {
      const seen = checks[check] as Seen;
      const sinceMs = now() - seen.connectedAt;
      seen.connectedAt = now();
      const { everyMs, required } = seen.rules.canary as CanaryRules;
      const isTooSoon = !required && sinceMs < Math.min(everyMs, canaryRetryMs) - timerMs;
      if (others > 0 || isTooSoon)
        complain(`${nameOf(check)} connects anew ${sinceMs} ms after the last time, with ${others} under way`);
    },
    warned(check, warning) {
      const { rules, truth, behaviour, fault, quietSince, refuses } = checks[check] as Seen;
      // A run under a fault tries no fresh connection.
      if (fault !== undefined || truthOf(behaviour, fault, rules).is !== 'well') return;
      const isLong = now() > quietSince + warnedWithinMs(rules);
      if (rules.canary === undefined ? warning !== undefined : isLong && warning !== refuses)
        complain(`${nameOf(check)} warns of ${warning}, and refused for ${refuses} is who connects: ${truth.is}`);
    },
    wentStale(check) {
      const seen = checks[check] as Seen;
      const { status, ranAt, rules } = seen;
      if (status !== 'up' || now() < ranAt + rules.staleAfterMs - timerMs)
        complain(`${rules.label} went stale ${now() - ranAt} ms after a run, with ${rules.staleAfterMs} ms to go by`);
      seen.status = 'down';
      seen.against = 0;
      seen.before = worse(seen, 'ok');
      changed();
    },
    stalled(ms) {
      stallEndedAt = now() + ms;
      life.stalled(ms);
      for (const seen of checks) {
        seen.since = stallEndedAt;
        seen.quietSince = stallEndedAt;
        seen.isTold = false;
        seen.before = worse(seen, 'ok');
      }
    },
    beat: life.beat,
    failed() {
      life.failed();
      changed();
    },
    started() {
      mayStart = true;
      changed();
    },
    draining() {
      lifecycle = 'draining';
      changed();
    },
  };

  /** Of two ways back, the one that may take longer. */
  function worse({ before, rules }: Seen, other: Seen['before']): Seen['before'] {
    const truth = { is: 'well', withinMs: 0 } as const;
    return upWithinMs(rules, truth, before) > upWithinMs(rules, truth, other) ? before : other;
  }
}
