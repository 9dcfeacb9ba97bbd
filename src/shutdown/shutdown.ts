import { type Clock, systemClock } from '../base/clock.ts';
import type { Duration } from '../base/duration.ts';
import { typeError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { oneLine } from '../base/shown.ts';
import type { ManagedServer } from './connections.ts';
import { type FurtherSignal, proveSignals } from './signals.ts';
import { shutdownTimes } from './times.ts';

export interface ShutdownOptions {
  /** How long requests are still served after readiness has turned 503. */
  drainDelay?: Duration | undefined;
  /** When the process ends at the latest, whatever is still open; counted from the signal. */
  deadline?: Duration | undefined;
  /** Whether an uncaught error or an unhandled rejection shuts down as well, with exit code 1. */
  uncaughtErrors?: boolean | undefined;
  /** Signals that start it beside SIGTERM and SIGINT. */
  signals?: readonly FurtherSignal[] | undefined;
}

/** What is drained and closed. */
export type Port = Pick<ManagedServer, 'announce' | 'close' | 'open'>;

export interface Shutdown {
  /**
   * Registers clean-up; what was registered last runs first.
   *
   * @throws TypeError when it is no function
   */
  onShutdown(hook: () => unknown): void;
  /** Goes the whole way, once; resolves with the exit code. */
  run(why: object, code?: number): Promise<number>;
  readonly isRunning: boolean;
}

interface ShutdownSteps {
  /** Turns readiness 503. */
  drain(): void;
  /** Whether a probe has ever been asked for: then somebody waits for readiness to fail. */
  wasProbed(): boolean;
  /** Ends the checks and closes what they opened. */
  stop(): Promise<void>;
  /** Listens no longer to what is borrowed: at the very end, as the shutdown needs it until then. */
  giveBack(): void;
}

/**
 * Readiness 503 → drain delay → no more connections, finish what is under way → clean-up → checks. One path, whatever
 * started it.
 *
 * @param managed what is drained and closed: the ports, and the servers of the application
 *
 * Why not close-with-grace: it is a signal handler around one function. It installs process-wide handlers for errors
 * and for the normal end as well, unless each is skipped by name, knows of no server and of no order, and says at its
 * time-out that it is over but not what was still open. What would be left of it is a `process.once`.
 */
export function createShutdown(
  options: ShutdownOptions,
  managed: ReadonlySet<Port>,
  steps: ShutdownSteps,
  log: Log,
  clock: Clock = systemClock,
): Shutdown {
  const { drainMs, deadlineMs } = shutdownTimes(options);
  proveSignals(options.signals ?? []);
  const hooks: (() => unknown)[] = [];
  let running: Promise<number> | undefined;
  let step = 'the drain delay';
  let failed = false;

  /** The next step comes all the same: what fails to close must not keep the rest open. */
  const attempt = async (name: string, work: () => unknown): Promise<void> => {
    step = name;
    try {
      await work();
    } catch (error) {
      failed = true;
      log.error({ err: error }, 'clean-up failed');
    }
  };

  const giveUp = (): number => {
    const open = [...[...managed].flatMap((port) => port.open()), step];
    log.error({ open }, 'the deadline of the shutdown has passed');
    return 1;
  };

  const orGivenUp = (work: Promise<number>): Promise<number> => {
    const { promise: givenUp, resolve } = Promise.withResolvers<number>();
    const deadline = clock.setTimeout(() => resolve(giveUp()), deadlineMs);
    return Promise.race([work, givenUp]).finally(() => clock.clearTimeout(deadline));
  };
  const go = async (why: object, code: number): Promise<number> => {
    log.info(why, 'shutting down');
    steps.drain();
    for (const port of managed) port.announce();
    if (steps.wasProbed() || !isIdleAtTerminal(why, managed))
      await new Promise<void>((resolve) => clock.setTimeout(resolve, drainMs));
    await attempt('closing connections', () => Promise.all([...managed].map((port) => port.close())));
    for (const hook of hooks.toReversed()) await attempt(`the clean-up ${shownHook(hook)}`, hook);
    await attempt('closing the checks', steps.stop);
    log.info({}, 'stopped');
    return failed ? 1 : code;
  };

  return {
    onShutdown(hook) {
      proveHook(hook);
      hooks.push(hook);
    },
    run(why, code = 0) {
      running ??= orGivenUp(go(why, code)).finally(steps.giveBack);
      return running;
    },
    get isRunning() {
      return running !== undefined;
    },
  };
}

/** Ctrl-C with no request under way: where nobody routes requests by probes either, there is nobody to drain for. */
const isIdleAtTerminal = (why: object, managed: ReadonlySet<Port>): boolean =>
  'signal' in why && why.signal === 'SIGINT' && [...managed].every((port) => port.open().length === 0);

/** Its name; of one without, how it begins. */
const shownHook = (hook: () => unknown): string => hook.name || oneLine(String(hook).slice(0, 60));

function proveHook(hook: unknown): void {
  if (typeof hook === 'function') return;
  throw typeError('PROBITY_OPTION', `Expected a function for \`onShutdown\`, got \`${hook}\``);
}
