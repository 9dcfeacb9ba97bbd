import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Route } from '../contract/routes.ts';
import type { Log } from '../log.ts';
import type { SharedRules } from '../server/access.ts';
import type { FromWorker, IsolatedState, ToWorker, WorkerData } from './messages.ts';
import { beat, newBeats } from './pulse.ts';

/** A listener in a worker thread. */
export interface Isolated {
  readonly address: AddressInfo;
  /** Hands over what to answer with from now on. */
  update(state: IsolatedState): void;
  announce(): void;
  close(): Promise<void>;
  open(): string[];
}

export interface IsolateOptions {
  readonly port: number;
  readonly host: string | undefined;
  /** The longest that the main thread may stand still and be alive. */
  readonly maxStallMs: number;
  /** Where requests are counted: those of `Served`. */
  readonly cells: SharedArrayBuffer;
  /** What is served: the probes, and what the worker can answer by itself. */
  readonly routes: readonly Route[];
  readonly rules: SharedRules;
  readonly state: IsolatedState;
  readonly log: Log;
}

/** Beside this file, in the form that this file has. */
const entry = new URL(`./isolated.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

const firstRespawnMs = 50;
const longestRespawnMs = 5_000;

/**
 * Answers probes from a worker thread, in which the main thread's heartbeat is seen. A worker that dies is replaced.
 *
 * @throws the error of `listen`, when the first one cannot listen.
 */
export async function isolate(options: IsolateOptions): Promise<Isolated> {
  const { port, host, maxStallMs, cells, routes, rules, state, log } = options;
  const beats = newBeats();
  const stopBeating = beat(beats);
  let latest = state;
  let isClosing = false;
  let isDraining = false;
  let deaths = 0;

  const start = (wanted: number): Worker => {
    const data: WorkerData = { beats, cells, maxStallMs, port: wanted, host, routes, rules, state: latest };
    // Nothing that the program was started with (loaders, instrumentation) belongs into this thread.
    const started = new Worker(entry, { workerData: data, execArgv: [], name: 'probity' });
    started.on('error', (error) => log.error({ err: error }, 'the isolated listener failed'));
    started.on('message', (message: FromWorker) => {
      if (message.kind === 'log') log[message.level](message.fields, message.message);
    });
    return started;
  };
  let worker = start(port);
  let address: AddressInfo;
  try {
    address = await listening(worker);
  } catch (error) {
    stopBeating();
    await worker.terminate();
    throw error;
  }
  const post = (message: ToWorker): void => worker.postMessage(message);

  const replace = async (): Promise<void> => {
    if (isClosing) return;
    deaths += 1;
    log.error({ deaths }, 'the isolated listener has ended and is replaced');
    const pause = Math.min(firstRespawnMs * 2 ** (deaths - 1), longestRespawnMs);
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (isClosing) return;
    worker = start(address.port);
    worker.once('exit', replace);
    try {
      await listening(worker);
      if (isDraining) post({ kind: 'drain' });
      post({ kind: 'state', state: latest });
    } catch {
      void worker.terminate();
    }
  };
  worker.once('exit', replace);

  return {
    address,
    update(next) {
      latest = next;
      post({ kind: 'state', state: next });
    },
    announce() {
      isDraining = true;
      post({ kind: 'drain' });
    },
    async close() {
      if (isClosing) return;
      isClosing = true;
      stopBeating();
      const ended = once(worker, 'exit');
      post({ kind: 'close' });
      await ended;
    },
    open: () => [],
  };
}

function listening(worker: Worker): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    worker.once('exit', () => reject(new Error('The isolated listener has ended')));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.address);
      if (message.kind === 'failed') reject(Object.assign(new Error(message.message), { code: message.code }));
    });
  });
}
