import { type Channel, channel } from 'node:diagnostics_channel';
import { type Clock, systemClock } from '../base/clock.ts';
import { wallClock } from '../base/wall-clock.ts';
import type { ProbityEvents } from './events.ts';
import type { Observer } from './observer.ts';

const checks = channel('probity:check');
const transitions = channel('probity:transition');
const faults = channel('probity:fault');

/**
 * Publishes what happens on channels of `node:diagnostics_channel`. A payload is made only where somebody listens, holds
 * no error and no address, so no secret, and is frozen, as all subscribers of a channel share it.
 *
 * A subscriber is called at once, so it should be quick. One that throws stops neither the checks nor the other
 * subscribers; Node raises its error as an uncaught exception in the next turn, as for every channel.
 */
export const publishEvents = (clock: Clock = systemClock): Observer => ({
  onRun(check, { kind, reason, simulated, durationMs, at }) {
    if (!checks.hasSubscribers) return;
    publish<'probity:check'>(checks, {
      check: check.name,
      outcome: kind,
      ...(reason === undefined ? {} : { reason }),
      simulated,
      durationMs,
      at: wallClock(at, clock),
    });
  },
  onTransition(check, before, after) {
    if (!transitions.hasSubscribers) return;
    publish<'probity:transition'>(transitions, {
      check: check.name,
      from: before.status,
      to: after.status,
      ...(after.reason === undefined ? {} : { reason: after.reason }),
      simulated: after.last?.simulated ?? false,
      durationMs: after.since - before.since,
      at: wallClock(after.since, clock),
    });
  },
  onFault({ action, check, kind, until, by }) {
    if (!faults.hasSubscribers) return;
    publish<'probity:fault'>(faults, {
      check,
      action,
      kind,
      ...(by === undefined ? {} : { by }),
      until: wallClock(until, clock),
      at: clock.wall(),
    });
  },
});

function publish<Name extends keyof ProbityEvents>(to: Channel, event: ProbityEvents[Name]): void {
  to.publish(Object.freeze(event));
}
