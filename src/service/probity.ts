import type { AddressInfo } from 'node:net';
import { type Duration, milliseconds } from '../base/duration.ts';
import { type Known, refuseUnknown } from '../base/known-options.ts';
import { servedOn } from '../contract/access.ts';
import { checked } from '../contract/answer.ts';
import { problem } from '../contract/problem.ts';
import { createRoutes } from '../contract/routes.ts';
import { replyOf } from '../probes/reply.ts';
import { keysOf } from '../server/access/keys.ts';
import { proveAccess, type Token } from '../server/access/options.ts';
import { answerFew } from '../server/api/few.ts';
import { lazily } from '../server/api/lazy.ts';
import { createHandler, type Handler } from '../server/embedded.ts';
import { refusals } from '../server/server.ts';
import { manageServer, proveHttpServer } from '../shutdown/connections.ts';
import type { Attempt } from '../shutdown/ports.ts';
import { onSignal, onUncaught } from '../shutdown/signals.ts';
import type { HttpServer } from '../shutdown/traffic.ts';
import { assemble } from './assembly.ts';
import { type Listener, listenHere, listenIsolated } from './listeners.ts';
import type { ProbityOptions } from './options.ts';

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
  /**
   * Listens on a port of its own, and starts the checks; resolves with where it listens. When it fails, no port is open.
   *
   * @throws the error of Node when the port cannot be had
   * @throws Error when the service has been stopped, or is stopped meanwhile
   */
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
   * Hands the application's servers to the shutdown, of HTTP/1 and HTTP/2, over TLS or not, best before they listen; and
   * from now on lets SIGTERM and SIGINT start it. The process ends with it. Calling it is what asks for handlers in the
   * process: nothing else installs any, and `stop` takes them off again.
   *
   * @throws TypeError when something is no server of HTTP
   */
  manage(...servers: readonly HttpServer[]): void;
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
  /**
   * Stops at once and for good: closes its own ports, finishes what is under way, ends the checks, closes what they
   * opened, and gives the application's servers and the signals back.
   */
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
  const { management } = options;
  const assembly = assemble(options);
  const { contract, access, guard, log, monitor, replies, served, simulating, heartbeats, shutdown } = assembly;

  const refuse = refusals(contract);
  const application = lazily(
    async () => {
      const { loadApplication } = await import('../server/api/load.ts');
      const { simulation, fleet } = simulating;
      return loadApplication({ ...assembly, simulation, fleet });
    },
    refuse,
    log,
  );
  let elsewhere: Listener | undefined;
  const { ports } = assembly;
  const listenElsewhere = async (host: string | undefined): Promise<Listener | undefined> => {
    if (management === undefined) return undefined;
    const { port, host: other = host } = management;
    return ports.open((attempt) =>
      listenHere({ replies, served, refuse, application }, { port, host: other, ...attempt }),
    );
  };
  const listenForProbes = (port: number, host: string | undefined, isolate: boolean): Promise<Listener> => {
    const operations = servedOn(contract, management === undefined ? 'everything' : 'probes');
    const here =
      management === undefined ? application : answerFew({ contract, routes: createRoutes(operations), guard, log });
    const state = { ...assembly, operations, simulation: simulating.simulation };
    return ports.open((attempt: Attempt) =>
      isolate
        ? listenIsolated(state, { port, host, ...attempt })
        : listenHere({ replies, served, refuse, application: here }, { port, host, ...attempt }),
    );
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
      const other = await listenElsewhere(host);
      const { address } = await listenForProbes(port, host, isolate).catch(async (error) => {
        if (other !== undefined) await ports.shut(other);
        throw error;
      });
      elsewhere = other ?? elsewhere;
      assembly.start();
      await simulating.join(address.port);
      ports.throwIfClosed();
      return address;
    },
    management: () => elsewhere?.address,
    start: assembly.start,
    started: assembly.started,
    heartbeat: (name, within) => heartbeats.promise(name, milliseconds(`heartbeat ${name}`, within)),
    fail: (reason) => heartbeats.fail(reason),
    manage(...servers) {
      for (const server of servers) proveHttpServer(server);
      ports.throwIfClosed();
      for (const server of servers) {
        const managed = manageServer(server);
        const forget = shutdown.manage(managed);
        assembly.onStop(() => {
          forget();
          managed.release();
        });
      }
      assembly.start();
      if (isInstalled) return;
      isInstalled = true;
      const { signals, uncaughtErrors } = options.shutdown ?? {};
      assembly.onStop(onSignal((signal) => void end({ signal }, 0), signals));
      if (!uncaughtErrors) return;
      assembly.onStop(
        onUncaught((error) => {
          log.error({ err: error }, 'uncaught error');
          void end({ reason: 'uncaught error' }, 1);
        }),
      );
    },
    replaceTokens: (tokens) => guard.replaceKeys(keysOf(tokens)),
    onShutdown: (hook) => shutdown.onShutdown(hook),
    shutdown: (why = {}, code = 0) => shutdown.run(why, code),
    drain: () => monitor.drain(),
    stop: assembly.stop,
  };
}
