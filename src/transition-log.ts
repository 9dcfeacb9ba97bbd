import type { Log } from './log.ts';
import type { MonitorOptions } from './monitor/monitor.ts';

/** What the log says of checks. */
export const transitionLog = (log: Log): Pick<MonitorOptions, 'onTransition' | 'onFailure'> => ({
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
  onFailure: ({ name }, error) => log.debug({ check: name, err: error }, 'run failed'),
});
