// Compiled, never run: see binding.ts.
import type { Reason } from '../../generated/contract/types.gen.ts';
import type { CheckState, Outcome } from '../../src/health/check-state.ts';
import { CheckFailure } from '../../src/health/checker.ts';
import { nextLifecycle } from '../../src/health/phase.ts';
import { judge } from '../../src/health/probes.ts';
import type { Snapshot } from '../../src/health/snapshot.ts';

declare const snapshot: Snapshot;
declare const state: CheckState;
declare const outcome: Outcome;

// @ts-expect-error: the reasons are those of the contract.
export const reason: Reason = 'gone fishing';

// @ts-expect-error: so is what a checker may say by itself.
export const failure: CheckFailure = new CheckFailure('gone fishing', 'back at five');

// @ts-expect-error: there are three kinds of probe.
judge('rediness', snapshot);

// @ts-expect-error: the lifecycle goes forward.
nextLifecycle('started', 'start');

// @ts-expect-error: a state is never changed in place.
state.status = 'up';

// @ts-expect-error: nor is an outcome.
outcome.kind = 'ok';

// @ts-expect-error: nor is what a probe is judged by.
snapshot.checks.push();
