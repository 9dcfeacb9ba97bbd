import type { Report } from '../../generated/contract/types.gen.ts';
import type { Log } from '../base/log.ts';
import type { Route } from '../contract/routes.ts';
import type { ProbeReply } from '../probes/request-counts.ts';
import type { SharedGuardState } from '../server/access/access.ts';
import type { Keys } from '../server/access/keys.ts';
import type { Handlers } from '../server/api/router.ts';
import type { SharedBeats } from './stall.ts';

/** The operations beside the probes that the worker can answer by itself. */
export type AnsweredAlone = Extract<keyof Handlers, 'listChecks'>;
export const answeredAlone: readonly AnsweredAlone[] = ['listChecks'];

/** What the worker is started with. */
export interface WorkerData {
  readonly beats: SharedBeats;
  /** Where requests are counted: those of `RequestCounts`. */
  readonly counters: SharedArrayBuffer;
  readonly maxStallMs: number;
  readonly port: number;
  readonly host: string | undefined;
  /** What it serves: on its port nothing else is there. */
  readonly routes: readonly Route[];
  readonly guardState: SharedGuardState;
  readonly state: IsolatedState;
}

/** What the worker answers with until the next one comes. */
export interface IsolatedState {
  /** By path. */
  readonly replies: readonly (readonly [string, ProbeReply])[];
  /** What is answered in their place while the main thread is stuck for too long. */
  readonly blocked: readonly (readonly [string, ProbeReply])[];
  readonly report: Report;
  /** Who is let in. */
  readonly keys: Keys;
}

/** From the main thread. */
export type ToWorker = { kind: 'state'; state: IsolatedState } | { kind: 'drain' } | { kind: 'close' };

/** From the worker. */
export type FromWorker =
  | { kind: 'listening'; address: import('node:net').AddressInfo }
  | { kind: 'failed'; message: string; code: string | undefined }
  /** A connection could not be accepted. */
  | { kind: 'acceptFailed'; code: string | undefined }
  | { kind: 'log'; level: keyof Log; fields: object; message: string };
