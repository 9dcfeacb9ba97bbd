import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assemble } from './assembly.ts';
import { checked } from './contract/answer.ts';
import { problem } from './contract/problem.ts';
import { type Duration, milliseconds } from './duration.ts';
import { type Known, refuseUnknown } from './known-options.ts';
import { onSignal, onUncaught } from './lifecycle/signals.ts';
import { type Listener, listenHere, listenIsolated } from './listeners.ts';
import { silent } from './log.ts';
import type { ProbityOptions } from './options.ts';
import { createGuard } from './server/access.ts';
import { proveAccess, type Token } from './server/access-options.ts';
import { createHandler, type Handler } from './server/embedded.ts';
import { lazily } from './server/lazy.ts';
import { probesAlone } from './server/probes-alone.ts';
import { replyOf } from './server/reply.ts';
import { refusals } from './server/server.ts';

export interface ListenOptions {
  /** Every address of the machine when left out; with `simulation` and no tokens, a loopback address must be given. */
  host?: string;
  /** Answer probes from a worker thread, which goes on while the main thread computes. */
  isolate?: boolean;
}

const listenOptions: Known<ListenOptions> = { host: true, isolate: true };

export interface Probity {
  /**
   * For `app.use(probity.handler)` or `http.createServer(probity.handler)`. With a `next` it leaves everything that is
   * not Probity's to it; at the root of an application that includes `/`, `/docs`, `/openapi.json` and `/metrics`.
   */
  readonly handler: Handler;
  /** Listens on a port of its own, and starts the checks; resolves with where it listens. */
  listen(port: number, options?: string | ListenOptions): Promise<AddressInfo>;
  /** Where everything but the probes is, once it listens and if that is elsewhere. */
  management(): AddressInfo | undefined;
  /** Starts the checks. `listen`, `manage` and the first request to `handler` do so as well. */
  start(): void;
  /** Ends a start that is explicit. */
  started(): void;
  /** Promises progress: liveness fails when the function that is returned has not been called for so long. */
  heartbeat(name: string, within: Duration): () => void;
  /** Lets liveness fail from now on: only the application knows that it needs a restart. */
  fail(reason: string): void;
  /**
   * Hands the application's servers to the shutdown, and from now on lets SIGTERM and SIGINT start it; the process ends
   * with it. Calling it is what asks for handlers in the process: nothing else installs any.
   */
  manage(...servers: readonly Server[]): void;
  /** Registers clean-up for the shutdown, after the last request; what was registered last runs first. */
  onShutdown(hook: () => unknown): void;
  /** Goes the whole way of a shutdown, drain delay and all; resolves with the exit code, and does not exit. */
  shutdown(why?: object, code?: number): Promise<number>;
  /**
   * Takes these bearer tokens in the place of those of `access.tokens`: who holds one that is gone is refused from now
   * on. Where a token was ever needed, one stays needed.
   *
   * @throws RangeError when one is wrong; then the old ones stay in force
   */
  replaceTokens(tokens: readonly Token[]): void;
  /** Turns readiness 503; liveness stays as it is. */
  drain(): void;
  /** Stops at once: closes its own ports, finishes what is under way, ends the checks and closes what they opened. */
  stop(): Promise<void>;
}

/**
 * Puts a probe service together.
 *
 * @throws RangeError when an option is wrong
 * @throws TypeError when there is no such option
 * @throws Error when the contract could not be honoured in some state
 */
export function createProbity<const Name extends string = never>(options: ProbityOptions<Name> = {}): Probity {
  const { management, log = silent } = options;
  const assembly = assemble(options);
  const guard = createGuard(assembly.access);
  const { contract, access, monitor, replies, served, simulating, heartbeats, shutdown, process: watched } = assembly;

  const refuse = refusals(contract);
  const application = lazily(
    async () => {
      const { loadApplication } = await import('./server/load.ts');
      const { simulation, fleet } = simulating;
      return loadApplication({ ...assembly, guard, simulation, fleet, log });
    },
    refuse,
    log,
  );
  let elsewhere: Listener | undefined;
  const open = async (listen: () => Promise<Listener>): Promise<Listener> => {
    const listener = await listen();
    assembly.own(listener);
    return listener;
  };
  const end = async (why: object, code: number): Promise<void> => process.exit(await shutdown.run(why, code));
  let isInstalled = false;

  return {
    handler: createHandler({
      contract,
      replies,
      served,
      refuse,
      application,
      onUse: assembly.start,
      notFound: (method, path) =>
        replyOf(checked(contract, contract.errors, problem(404, `No operation for ${method} ${path}`))),
    }),
    async listen(port, where = {}) {
      const options: ListenOptions = typeof where === 'string' ? { host: where } : where;
      refuseUnknown('', options, listenOptions);
      const { host, isolate = false } = options;
      const [guarded, option] = management?.host === undefined ? [host, 'host'] : [management.host, 'management.host'];
      proveAccess(access, assembly.isSimulated, guarded ?? '', option);
      // The probes come last: who gets an answer there may rely on the rest.
      if (management !== undefined) {
        const { port, host: other = host } = management;
        elsewhere = await open(() => listenHere({ replies, served, refuse, application }, port, other));
      }
      const state = { contract, replies, served, monitor, simulation: simulating.simulation };
      const here = management === undefined ? application : probesAlone(contract);
      const listener = await open(() =>
        isolate
          ? listenIsolated({ ...state, process: watched, maxStallMs: assembly.maxStallMs, log }, port, host)
          : listenHere({ replies, served, refuse, application: here }, port, host),
      );
      assembly.start();
      await simulating.join(listener.address.port);
      return listener.address;
    },
    management: () => elsewhere?.address,
    start: assembly.start,
    started: assembly.started,
    heartbeat: (name, within) => heartbeats.promise(name, milliseconds(`heartbeat ${name}`, within)),
    fail: (reason) => heartbeats.fail(reason),
    manage(...servers) {
      for (const server of servers) shutdown.manage(server);
      assembly.start();
      if (isInstalled) return;
      isInstalled = true;
      onSignal((signal) => void end({ signal }, 0));
      if (!options.shutdown?.uncaughtErrors) return;
      onUncaught((error) => {
        log.error({ err: error }, 'uncaught error');
        void end({ reason: 'uncaught error' }, 1);
      });
    },
    replaceTokens: (tokens) => guard.replaceTokens(tokens),
    onShutdown: (hook) => shutdown.onShutdown(hook),
    shutdown: (why = {}, code = 0) => shutdown.run(why, code),
    drain: () => monitor.drain(),
    stop: assembly.stop,
  };
}
