import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { plainError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { FromWorker, ToWorker, WorkerData } from './messages.ts';
import { program } from './program.ts';

/** A worker thread that listens, or is about to. */
export interface Thread {
  /** Rejects with the error of `listen`, or when the thread ends before it listens. */
  readonly address: Promise<AddressInfo>;
  readonly ended: Promise<void>;
  post(message: ToWorker): void;
  /** Ends it in order, or at once when it does not take part. */
  close(): Promise<void>;
  terminate(): void;
}

/** What a thread gets to end in order: it answers nothing that takes time. In milliseconds. */
const closeMs = 1_500;

export function startThread(
  workerData: WorkerData,
  log: Log,
  acceptFailed: (code: string | undefined) => void,
): Thread {
  // Nothing that the program was started with (loaders, instrumentation) belongs into this thread.
  const worker = new Worker(program.entry, { eval: program.eval, workerData, execArgv: [], name: 'probity' });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const address = new Promise<AddressInfo>((resolve, reject) => {
    ended.then(() => reject(plainError('PROBITY_STOPPED', 'The isolated listener has ended')));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'listening') resolve(message.address);
      else if (message.kind === 'acceptFailed') acceptFailed(message.code);
      else if (message.kind === 'log') log[message.level](message.fields, message.message);
      else reject(Object.assign(new Error(message.message), { code: message.code }));
    });
  });
  // Whoever has left does not wait for it.
  address.catch(() => {});
  worker.on('error', (error) => log.error({ err: error }, 'the isolated listener failed'));
  const terminate = (): void => void worker.terminate();
  return {
    address,
    ended,
    post: (message) => worker.postMessage(message),
    async close() {
      worker.postMessage({ kind: 'close' } satisfies ToWorker);
      const timer = setTimeout(terminate, closeMs);
      await ended;
      clearTimeout(timer);
    },
    terminate,
  };
}
