import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { CheckStatus, Lifecycle, RequiredFor } from '../../generated/contract/types.gen.ts';
import {
  agedCheckState,
  type CheckState,
  initialCheckState,
  nextCheckState,
  type Outcome,
} from '../../src/health/check-state.ts';
import { type LifecycleEvent, nextLifecycle } from '../../src/health/phase.ts';
import { judge } from '../../src/health/probes.ts';
import type { CheckRules } from '../../src/health/rules.ts';
import { hasStarted } from '../../src/health/snapshot.ts';
import { outcome, someRules, someSnapshot } from '../support.ts';

type Kind = Outcome['kind'];
/** An outcome, or time that passes without one. */
type Event = Kind | number;

const kind = fc.constantFrom<Kind>('ok', 'ok', 'failed', 'failed', 'busy');
const step = fc.oneof(kind, fc.integer({ min: 1, max: 1_500 }));
const threshold = fc.integer({ min: 1, max: 4 });
const rules = fc
  .record({ failAfter: threshold, recoverAfter: threshold, staleAfterMs: fc.constant(1_000) })
  .map(someRules);

/** The same rules told another way: from the words of the manual, not from the code. */
function oracle(events: readonly Event[], { failAfter, recoverAfter, staleAfterMs }: CheckRules): CheckStatus {
  let [status, run, age]: [CheckStatus, string, number] = ['pending', '', 0];
  for (const event of events) {
    age = typeof event === 'number' ? age + event : 0;
    if (typeof event !== 'number') run += event.charAt(0);
    const flips = { pending: /[of]$/, up: new RegExp(`f{${failAfter}}$`), down: new RegExp(`o{${recoverAfter}}$`) };
    const flipped = flips[status].test(run);
    const stale = status === 'up' && age >= staleAfterMs;
    if (flipped) status = run.endsWith('o') ? 'up' : 'down';
    else if (stale) status = 'down';
    if (flipped || stale) run = '';
  }
  return status;
}

interface Trace {
  readonly now: number;
  readonly states: readonly CheckState[];
}

function play(events: readonly Event[], check: CheckRules): Trace {
  let now = 0;
  const states = [initialCheckState(now)];
  for (const event of events) {
    const before = states.at(-1) as CheckState;
    if (typeof event === 'number') now += event;
    states.push(
      typeof event === 'number'
        ? agedCheckState(before, check, now)
        : nextCheckState(before, outcome(event, now), check),
    );
  }
  return { now, states };
}

const often = { numRuns: 2_000 };

describe('the state of a check', () => {
  it('is what the oracle says, after any sequence of outcomes and pauses', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), rules, (events, check) => {
        return play(events, check).states.at(-1)?.status === oracle(events, check);
      }),
      often,
    );
  });

  it('never changes its status without a cause', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), rules, (events, check) => {
        const { states } = play(events, check);
        return events.every((event, index) => {
          const [before, after] = [states[index], states[index + 1]] as [CheckState, CheckState];
          if (before.status === after.status) return after.since === before.since;
          if (typeof event === 'number') return before.status === 'up' && after.reason === 'stale';
          return event === (after.status === 'up' ? 'ok' : 'failed');
        });
      }),
      often,
    );
  });

  it('has a reason exactly when it is not well, and counts outcomes against it below its thresholds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), rules, (events, check) => {
        return play(events, check).states.every(({ status, reason, against, wasUp, last }) => {
          const limit = { pending: 1, up: check.failAfter, down: check.recoverAfter }[status];
          const explained = status === 'up' ? last?.kind !== 'busy' || reason !== undefined : reason !== undefined;
          return explained && against < limit && (wasUp || status !== 'up');
        });
      }),
      often,
    );
  });
});

type Happening = { readonly check: number; readonly event: Event } | LifecycleEvent;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ check: fc.nat(2), event: step }) },
  { weight: 1, arbitrary: fc.constantFrom<LifecycleEvent>('drain', 'stop') },
);
const requiredFor = fc.constantFrom<RequiredFor>('readiness', 'startup', 'nothing');

describe('the probes', () => {
  it('are honest after anything that may happen to three checks', () => {
    fc.assert(
      fc.property(
        fc.array(happening, { maxLength: 60 }),
        fc.tuple(rules, rules, rules),
        fc.tuple(requiredFor, requiredFor, requiredFor),
        (happenings, allRules, required) => {
          const checks = allRules.map((check, index) => ({
            name: `check${index}`,
            rules: { ...check, requiredFor: required[index] as RequiredFor },
            state: initialCheckState(0),
          }));
          let lifecycle: Lifecycle = 'starting';
          let now = 0;
          return happenings.every((what) => {
            if (typeof what === 'string') lifecycle = nextLifecycle(lifecycle, what);
            else {
              if (typeof what.event === 'number') now += what.event;
              checks.forEach((check, index) => {
                if (index === what.check && typeof what.event === 'string') {
                  check.state = nextCheckState(check.state, outcome(what.event, now), check.rules);
                }
                check.state = agedCheckState(check.state, check.rules, now);
              });
            }
            if (hasStarted(checks)) lifecycle = nextLifecycle(lifecycle, 'started');

            const snapshot = someSnapshot({ lifecycle, checks });
            const needed = checks.filter(({ rules }) => rules.requiredFor === 'readiness');
            const everUp = checks
              .filter(({ rules }) => rules.requiredFor === 'startup')
              .every(({ state }) => state.wasUp);
            const ready = lifecycle === 'started' && everUp && needed.every(({ state }) => state.status === 'up');
            const verdict = judge('readiness', snapshot);
            return (
              verdict.ok === ready &&
              (verdict.ok || verdict.detail !== '') &&
              judge('liveness', snapshot).ok &&
              judge('startup', snapshot).ok === (lifecycle !== 'starting')
            );
          });
        },
      ),
      often,
    );
  });
});
