import type { AddressInfo } from 'node:net';
import { type Duration, milliseconds } from '../base/duration.ts';
import { conforming } from '../contract/answer.ts';
import { problem } from '../contract/problem.ts';
import { replyOf } from '../probes/reply.ts';
import { keysOf } from '../server/access/keys.ts';
import type { Token } from '../server/access/options.ts';
import { createHandler, type Handler } from '../server/embedded.ts';
import { type MetricsRegistry, registerMetrics } from '../server/metrics/metrics.ts';
import type { HttpServer } from '../shutdown/traffic.ts';
import { assemble } from './assembly.ts';
import { createListening, type ListenOptions } from './listening.ts';
import { createManage } from './manage.ts';
import type { ProbityOptions } from './options.ts';

export interface Probity {
  /**
   * For `app.use(probity.handler)` or `http.createServer(probity.handler)`. With a `next` it leaves everything that is
   * not Probity's to it; at the root of an application that includes `/`, `/docs`, `/openapi.json` and `/metrics`, but
   * for what `atRoot` names.
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
  /**
   * Expects progress: liveness fails when the function that is returned has not been called for so long.
   *
   * @throws RangeError when the time or the name is none, or the name is taken
   */
  heartbeat(name: string, within: Duration): () => void;
  /**
   * Lets liveness fail from now on: only the application knows that it needs a restart.
   *
   * @throws RangeError when there is no reason
   */
  fail(reason: string): void;
  /**
   * Hands the application's servers to the shutdown, of HTTP/1 and HTTP/2, over TLS or not, best before they listen; and
   * from now on lets SIGTERM and SIGINT start it. The process ends with it. Calling it is what asks for handlers in the
   * process: nothing else installs any, and `stop` takes them off again.
   *
   * @throws TypeError when something is no server of HTTP
   */
  manage(...servers: readonly HttpServer[]): void;
  /**
   * Registers clean-up for the shutdown, after the last request; what was registered last runs first.
   *
   * @throws TypeError when it is no function
   */
  onShutdown(hook: () => unknown): void;
  /**
   * Goes the whole way of a shutdown, drain delay and all; resolves with the exit code, and does not exit: `code`, or 1
   * when something failed to close or the deadline has passed. `why` is logged.
   */
  shutdown(why?: object, code?: number): Promise<number>;
  /**
   * Adds all metrics to a registry of the application's own prom-client: `probity.registerMetrics(register)`. Its scrape
   * has them then, and `/metrics` of Probity has them as well.
   *
   * @throws Error of the registry, when it has a metric of one of the names
   */
  registerMetrics(registry: MetricsRegistry): void;
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
 * @throws TypeError when there is no such option, or it is of the wrong kind
 * @throws Error when the contract could not be honoured in some state
 */
export function createProbity<const Name extends string = never>(options: ProbityOptions<Name> = {}): Probity {
  const assembly = assemble(options);
  const { contract, guard, heartbeats, monitor, shutdown } = assembly;
  const listening = createListening(assembly, options.management);
  return {
    handler: createHandler({
      ...listening.answering,
      contract,
      atRoot: options.atRoot ?? [],
      onUse: assembly.start,
      notFound: (method, path) =>
        replyOf(conforming(contract, contract.errors, problem(404, `No operation for ${method} ${path}`))),
    }),
    listen: listening.listen,
    management: listening.management,
    start: assembly.start,
    started: assembly.started,
    heartbeat: (name, within) => heartbeats.expect(name, milliseconds(`heartbeat ${name}`, within)),
    fail: heartbeats.fail,
    manage: createManage(assembly, options.shutdown),
    registerMetrics: (registry) => registerMetrics(registry, assembly),
    replaceTokens: (tokens) => guard.replaceKeys(keysOf(tokens)),
    onShutdown: shutdown.onShutdown,
    shutdown: (why = {}, code = 0) => shutdown.run(why, code),
    drain: monitor.drain,
    stop: assembly.stop,
  };
}
