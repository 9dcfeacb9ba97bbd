import type { Report } from '../../generated/contract/types.gen.ts';
import type { Reply } from '../server/reply.ts';
import type { SharedBeats } from './pulse.ts';

/** What the worker is started with. */
export interface WorkerData {
  readonly beats: SharedBeats;
  readonly maxStallMs: number;
  readonly port: number;
  readonly host: string | undefined;
  readonly state: IsolatedState;
}

/** What the worker answers with until the next one comes. */
export interface IsolatedState {
  /** By path. */
  readonly replies: readonly (readonly [string, Reply])[];
  /** What is answered in their place while the main thread is stuck for too long. */
  readonly blocked: readonly (readonly [string, Reply])[];
  readonly report: Report;
}

/** From the main thread. */
export type ToWorker = { kind: 'state'; state: IsolatedState } | { kind: 'drain' } | { kind: 'close' };

/** From the worker. */
export type FromWorker =
  | { kind: 'listening'; address: import('node:net').AddressInfo }
  | { kind: 'failed'; message: string; code: string | undefined };
