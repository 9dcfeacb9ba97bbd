import type { Report } from '../../generated/contract/types.gen.ts';
import type { ProbeReply } from '../server/served.ts';
import type { SharedBeats } from './pulse.ts';

/** What the worker is started with. */
export interface WorkerData {
  readonly beats: SharedBeats;
  /** Where requests are counted: those of `Served`. */
  readonly cells: SharedArrayBuffer;
  readonly maxStallMs: number;
  readonly port: number;
  readonly host: string | undefined;
  readonly state: IsolatedState;
}

/** What the worker answers with until the next one comes. */
export interface IsolatedState {
  /** By path. */
  readonly replies: readonly (readonly [string, ProbeReply])[];
  /** What is answered in their place while the main thread is stuck for too long. */
  readonly blocked: readonly (readonly [string, ProbeReply])[];
  readonly report: Report;
}

/** From the main thread. */
export type ToWorker = { kind: 'state'; state: IsolatedState } | { kind: 'drain' } | { kind: 'close' };

/** From the worker. */
export type FromWorker =
  | { kind: 'listening'; address: import('node:net').AddressInfo }
  /** A connection could not be taken. */
  | { kind: 'refused'; code: string | undefined }
  | { kind: 'failed'; message: string; code: string | undefined };
