import type { CheckState, Outcome } from '../health/check-state.ts';
import type { CheckRules } from '../health/rules.ts';

/** What an observer learns of a check. */
interface ObservedCheck {
  readonly name: string;
  readonly rules: CheckRules;
}

/** Takes what happens to checks. What it throws becomes a warning of the process, and harms nobody else. */
export interface CheckObserver {
  /** A run has ended. */
  onRun?(check: ObservedCheck, outcome: Outcome): void;
  /** A run has ended, and the status is what it was. */
  onSteady?(check: ObservedCheck, state: CheckState): void;
  onTransition?(check: ObservedCheck, before: CheckState, after: CheckState): void;
  /** What speaks against the connections to come has changed, or has gone. */
  onWarning?(check: ObservedCheck, after: CheckState): void;
  /** Takes the error of a failed run, which may hold anything: it is for a log at debug level alone. */
  onFailure?(check: ObservedCheck, error: unknown): void;
}
