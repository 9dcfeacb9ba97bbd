import type { CheckStatus, Fault, Reason } from '../../generated/contract/types.gen.ts';

/** The names of the channels of `node:diagnostics_channel`, and what is published on each. */
export interface ProbityEvents {
  /** After each run of a check. */
  'probity:check': CheckEvent;
  /** When the status of a check has changed. */
  'probity:transition': TransitionEvent;
  /** When a simulated fault was set, was cleared, or has expired. */
  'probity:fault': FaultEvent;
}

/** The outcome of one run of a check. */
export interface CheckEvent {
  /** The name of the check. */
  readonly check: string;
  /** `busy` is neither success nor failure: the dependency was there, and had no time. */
  readonly outcome: 'ok' | 'busy' | 'failed';
  /** Absent when all is well: a run that is `ok` and has one is degraded. */
  readonly reason?: Reason;
  /** Whether a fault on purpose lay over the check. */
  readonly simulated: boolean;
  /** How long the run took. */
  readonly durationMs: number;
  /** When it ended, in milliseconds since 1970. */
  readonly at: number;
}

export interface TransitionEvent {
  readonly check: string;
  readonly from: CheckStatus;
  readonly to: CheckStatus;
  /** Why the check is not up, or is up but not well. */
  readonly reason?: Reason;
  readonly simulated: boolean;
  /** How long the check had been `from`. */
  readonly durationMs: number;
  /** When the check changed, in milliseconds since 1970. */
  readonly at: number;
}

export interface FaultEvent {
  readonly check: string;
  readonly action: 'set' | 'cleared' | 'expired';
  readonly kind: Fault['kind'];
  /** The name of the token that it was set or cleared with, where tokens are needed. */
  readonly by?: string;
  /** When the fault ends by itself, or would have, in milliseconds since 1970. */
  readonly until: number;
  /** When this happened, in milliseconds since 1970. */
  readonly at: number;
}
