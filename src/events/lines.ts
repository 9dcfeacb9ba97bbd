import { type Clock, systemClock } from '../clock.ts';
import type { FaultNotice } from '../faults/simulation.ts';
import type { Log } from '../log.ts';
import { shownTime } from '../wall-clock.ts';
import type { Observer } from './observer.ts';

const faultLines = {
  set: 'simulated fault set',
  cleared: 'simulated fault cleared',
  expired: 'simulated fault has expired',
} as const satisfies Record<FaultNotice['action'], string>;

/** A line for each transition and each fault, and at debug level for each failed run; none for a probe. */
export const linesOf = (log: Log, clock: Clock = systemClock): Observer => ({
  onTransition({ name, rules }, before, after) {
    const fields = {
      check: name,
      from: before.status,
      to: after.status,
      reason: after.reason,
      simulated: after.last?.simulated,
    };
    log[after.status === 'up' || rules.requiredFor === 'nothing' ? 'info' : 'warn'](fields, 'check changed');
  },
  onWarning({ name }, { warning, certificateExpiry }) {
    if (warning === undefined) return log.info({ check: name }, 'check no longer degraded');
    const expires = warning === 'certificate_expiring' && certificateExpiry;
    const fields = { check: name, reason: warning, ...(expires && { expires: new Date(expires).toISOString() }) };
    log.warn(fields, 'check degraded');
  },
  onFailure: ({ name }, error) => log.debug({ check: name, err: error }, 'run failed'),
  onFault({ action, check, kind, until, by }) {
    const end = action === 'set' ? { until: shownTime(until, clock) } : {};
    log.warn({ check, kind, ...end, by, simulated: true }, faultLines[action]);
  },
});
