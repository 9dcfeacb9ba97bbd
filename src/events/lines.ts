import { type Clock, systemClock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { shownTime } from '../base/wall-clock.ts';
import { MissingDriver } from '../checks/kit/driver.ts';
import type { FaultNotice } from '../faults/control.ts';
import type { Observer } from './observer.ts';

const faultLines = {
  set: 'simulated fault set',
  cleared: 'simulated fault cleared',
  expired: 'simulated fault has expired',
} as const satisfies Record<FaultNotice['action'], string>;

/**
 * A line for each transition, each degradation beside the runs and each fault, one for a driver that is not installed, and at debug level one for each
 * failed run; none for a probe.
 */
export function linesOf(log: Log, clock: Clock = systemClock): Observer {
  const withoutDriver = new Set<string>();
  return {
    onTransition({ name, rules }, before, after) {
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
