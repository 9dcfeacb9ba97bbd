import type { Reason } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { shownTime } from '../base/wall-clock.ts';
import { MissingDriver } from '../checks/kit/driver.ts';
import type { FaultNotice } from '../faults/observer.ts';
import type { CheckState } from '../health/check-state.ts';
import type { Observer } from './observer.ts';

const faultLines = {
  set: 'simulated fault set',
  cleared: 'simulated fault cleared',
  expired: 'simulated fault has expired',
} as const satisfies Record<FaultNotice['action'], string>;

/**
 * A line for each transition, each degradation beside the runs and each fault, one now and then for a reason that has
 * changed alone, one for a driver that is not installed, and at debug level one for each failed run; none for a probe.
 */
export function logEvents(log: Log, clock: Clock = systemClock): Observer {
  const withoutDriver = new Set<string>();
  const reasons = loggedReasons(clock);
  return {
    onSteady({ name }, state) {
      const was = reasons.due(name, state);
      if (was === undefined) return;
      const { status, reason, last } = state;
      log.info(
        { check: name, status, was: was.reason, reason, simulated: last?.simulated, why: last?.why },
        'reason changed',
      );
    },
    onTransition({ name, rules }, before, after) {
      reasons.record(name, after);
      const fields = {
        check: name,
        from: before.status,
        to: after.status,
        reason: after.reason,
        simulated: after.last?.simulated,
        // What the driver said stays here: bodies, metrics and events have the closed reasons.
        why: after.last?.why,
      };
      log[after.status === 'up' || rules.requiredFor === 'nothing' ? 'info' : 'warn'](fields, 'check changed');
    },
    onWarning({ name }, { warning, canary, certificateExpiry }) {
      if (warning === undefined) return log.info({ check: name }, 'check no longer degraded');
      const expires = warning === 'certificate_expiring' && certificateExpiry;
      const why = expires ? { expires: new Date(expires).toISOString() } : { why: canary?.why };
      log.warn({ check: name, reason: warning, ...why }, 'check degraded');
    },
    onFailure({ name }, error) {
      log.debug({ check: name, err: error }, 'run failed');
      if (!(error instanceof MissingDriver) || withoutDriver.has(name)) return;
      withoutDriver.add(name);
      log.error({ check: name }, error.message);
    },
    onFault({ action, check, kind, until, by }) {
      const end = action === 'set' ? { until: shownTime(until, clock) } : {};
      log.warn({ check, kind, ...end, by, simulated: true }, faultLines[action]);
    },
  };
}

/** Between two lines for changes of the reason alone. */
const reasonEveryMs = 60_000;

interface Logged {
  readonly reason: Reason | undefined;
  /** When a line was last written for the reason alone. */
  readonly at: number;
}

/**
 * Who mends something wants to see `refused` become `auth` at once, and nobody wants a line a run of a pool that is
 * saturated every other time. So there is one a minute for a check, rather than one for what has held for some runs,
 * which comes late and needs a count; what was left out is logged when the minute is over, if it still holds.
 */
function loggedReasons(clock: Clock) {
  const logged = new Map<string, Logged>();
  return {
    record(check: string, state: CheckState): void {
      logged.set(check, { reason: ownReason(state), at: Number.NEGATIVE_INFINITY });
    },
    /** What was logged last, when it is time to log something else. */
    due(check: string, state: CheckState): Logged | undefined {
      const [before, reason, at] = [logged.get(check), ownReason(state), clock.now()];
      if (before === undefined || before.reason === reason || at - before.at < reasonEveryMs) return undefined;
      logged.set(check, { reason, at });
      return before;
    },
  };
}

/** What a fresh connection or a certificate says has a line of its own. */
const ownReason = ({ status, reason, warning }: CheckState): Reason | undefined =>
  status === 'up' && reason === warning ? undefined : reason;
