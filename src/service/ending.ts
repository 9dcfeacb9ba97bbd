import type { Clock } from '../base/clock.ts';
import { createPorts, type Ports } from '../shutdown/ports.ts';
import { createShutdown, type Port, type Shutdown } from '../shutdown/shutdown.ts';
import type { Membership } from './membership.ts';
import type { ProbityOptions } from './options.ts';
import type { ResolvedOptions } from './resolved-options.ts';
import type { State } from './state.ts';

/** How a service ends, and what ends with it. */
export interface Ending {
  readonly shutdown: Shutdown;
  /** Those that a service opened itself. */
  readonly ports: Ports;
  /** Hands over what a shutdown drains and closes with the ports; returns the function that takes it back. */
  manage(port: Port): () => void;
  /** Registers what gives back what was borrowed, such as a signal of the process. */
  onStop(giveBack: () => void): void;
  /** Stops once, for good. */
  stop(): Promise<void>;
  isStopped(): boolean;
}

/** @throws RangeError when an option of the shutdown is wrong */
export function createEnding(
  { log }: ResolvedOptions,
  { process, heartbeats, faults, monitor, wasProbed }: State & { wasProbed(): boolean },
  membership: Membership,
  options: ProbityOptions['shutdown'],
  clock: Clock,
): Ending {
  const managed = new Set<Port>();
  const ports = createPorts(managed, log, clock);
  const borrowed: (() => void)[] = [];
  const giveBack = (): void => {
    for (const giveBackOne of borrowed.splice(0)) giveBackOne();
  };
  const end = async (): Promise<void> => {
    for (const one of [process, heartbeats, faults]) one.stop();
    // Whatever fails to close, the checks end as well.
    const closed = await Promise.allSettled([membership.stop(), ports.close()]);
    const stopped = await Promise.allSettled([monitor.stop()]);
    for (const result of [...closed, ...stopped]) if (result.status === 'rejected') throw result.reason;
  };
  let ended: Promise<void> | undefined;
  const endOnce = (): Promise<void> => {
    ended ??= end();
    return ended;
  };
  const drain = (): void => monitor.drain();
  const shutdown = createShutdown(options ?? {}, managed, { drain, wasProbed, stop: endOnce, giveBack }, log, clock);

  return {
    shutdown,
    ports,
    manage(port) {
      managed.add(port);
      return () => void managed.delete(port);
    },
    onStop: (giveBackOne) => void borrowed.push(giveBackOne),
    async stop() {
      await endOnce();
      // A shutdown that goes on hears of the signals to its very end.
      if (!shutdown.isRunning) giveBack();
    },
    isStopped: () => ended !== undefined,
  };
}
