import type { AddressInfo } from 'node:net';
import type { Log } from '../base/log.ts';
import type { Route } from '../contract/routes.ts';
import type { SharedGuardState } from '../server/access/access.ts';
import type { IsolatedState } from './messages.ts';
import { beat, newBeats } from './stall.ts';
import { startThread, type Thread } from './thread.ts';

/** A listener in a worker thread. */
interface Isolated {
  readonly address: AddressInfo;
  /** Hands over what to answer with from now on. */
  update(state: IsolatedState): void;
  announce(): void;
  close(): Promise<void>;
  open(): string[];
}

interface IsolateOptions {
  readonly port: number;
  readonly host: string | undefined;
  /** The longest that the main thread may stand still and be alive. */
  readonly maxStallMs: number;
  /** Where requests are counted: those of `RequestCounts`. */
  readonly counters: SharedArrayBuffer;
  /** What is served: the probes, and what the worker can answer by itself. */
  readonly routes: readonly Route[];
  readonly guardState: SharedGuardState;
  readonly state: IsolatedState;
  readonly log: Log;
  /** Called with each connection that cannot be accepted. */
  acceptFailed(code: string | undefined): void;
  /** Gives the start up. */
  readonly signal: AbortSignal;
}

const firstPauseMs = 50;
const longestPauseMs = 5_000;
/** A thread that has lived for so long was well: its end has nothing to do with those before. */
const wellMs = 60_000;

/** How long it takes until a thread that lived for so long is replaced: longer with each that ends soon. */
export const pauseAfter = (livedMs: number, previousMs: number): number =>
  livedMs >= wellMs ? firstPauseMs : Math.min(Math.max(2 * previousMs, firstPauseMs), longestPauseMs);

/**
 * Answers probes from a worker thread, in which the main thread's heartbeat is seen. A worker that dies is replaced.
 *
 * @throws the error of `listen`, when the first one cannot listen; the reason of the signal, when it is given up.
 */
export async function isolate(options: IsolateOptions): Promise<Isolated> {
  const { port, log } = options;
  const beats = newBeats();
  const stopBeating = beat(beats);
  let latest = options.state;
  let isDraining = false;
  const start = (wanted: number): Thread => {
    const { maxStallMs, counters, host, routes, guardState } = options;
    const data = { beats, counters, maxStallMs, port: wanted, host, routes, guardState, state: latest };
    return startThread(data, log, options.acceptFailed);
  };
  let thread = start(port);
  const address = await orGivenUp(thread, options.signal).catch((error) => {
    stopBeating();
    throw error;
  });
  const replace = (): void => {
    thread = start(address.port);
    const { address: listening, post, terminate } = thread;
    listening.then(() => {
      if (isDraining) post({ kind: 'drain' });
      post({ kind: 'state', state: latest });
    }, terminate);
  };
  const supervision = supervise(() => thread.ended, replace, log);

  return {
    address,
    update(next) {
      latest = next;
      thread.post({ kind: 'state', state: next });
    },
    announce() {
      isDraining = true;
      thread.post({ kind: 'drain' });
    },
    async close() {
      supervision.stop();
      await thread.close();
      stopBeating();
    },
    open: () => [],
  };
}

async function orGivenUp({ address, ended, terminate }: Thread, signal: AbortSignal): Promise<AddressInfo> {
  if (signal.aborted) terminate();
  signal.addEventListener('abort', terminate);
  try {
    return await address;
  } catch (error) {
    terminate();
    await ended;
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', terminate);
  }
}

/** Replaces what has ended, after a pause, until it is stopped. */
function supervise(ended: () => Promise<void>, replace: () => void, log: Log): { stop(): void } {
  let isStopped = false;
  let deaths = 0;
  let pauseMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const watch = async (): Promise<void> => {
    const since = performance.now();
    await ended();
    if (isStopped) return;
    deaths += 1;
    pauseMs = pauseAfter(performance.now() - since, pauseMs);
    log.error({ deaths }, 'the isolated listener has ended and is replaced');
    timer = setTimeout(() => {
      replace();
      void watch();
    }, pauseMs);
  };
  void watch();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
