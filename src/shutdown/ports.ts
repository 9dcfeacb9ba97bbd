import type { Clock } from '../base/clock.ts';
import { plainError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { type AcceptFailures, watchAcceptFailures } from './accept-failures.ts';
import type { Port } from './shutdown.ts';

/** What an attempt to listen needs to know. */
export interface Attempt {
  /** Gives it up. */
  readonly signal: AbortSignal;
  /** Called with each connection that cannot be accepted. */
  acceptFailed(code: string | undefined): void;
}

/** The ports of a service. */
export interface Ports {
  /** @throws the error of the attempt, or that the service has been stopped */
  open<Opened extends Port>(listen: (attempt: Attempt) => Promise<Opened>): Promise<Opened>;
  /** Closes one for which there is no use after all. */
  shut(port: Port): Promise<void>;
  /** Gives up what is about to listen, for good, and closes the rest. */
  close(): Promise<void>;
  /** @throws Error when they have been closed */
  throwIfClosed(): void;
}

/** @param managed what a shutdown drains and closes: a port is one of them as long as it listens */
export function createPorts(managed: Set<Port>, log: Log, clock: Clock): Ports {
  const stopped = new AbortController();
  const opening = new Set<Promise<Port>>();
  const ports = new Set<Port>();
  let failures: AcceptFailures | undefined;

  return {
    async open(listen) {
      const { signal } = stopped;
      signal.throwIfAborted();
      failures ??= watchAcceptFailures(log, clock);
      const attempt = listen({ signal, acceptFailed: failures.report });
      opening.add(attempt);
      try {
        const port = await attempt;
        ports.add(port);
        managed.add(port);
        return port;
      } finally {
        opening.delete(attempt);
      }
    },
    async shut(port) {
      ports.delete(port);
      managed.delete(port);
      await port.close();
    },
    async close() {
      stopped.abort(plainError('PROBITY_STOPPED', 'The service has been stopped'));
      await Promise.allSettled(opening);
      failures?.stop();
      await Promise.all([...ports].map((port) => port.close()));
    },
    throwIfClosed: () => stopped.signal.throwIfAborted(),
  };
}
