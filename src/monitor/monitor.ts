import type { Lifecycle } from '../../generated/contract/types.gen.ts';
import { type Clock, systemClock, type Timer } from '../base/clock.ts';
import type { CheckState } from '../health/check-state.ts';
import type { Checker } from '../health/checker.ts';
import { type LifecycleEvent, nextLifecycle } from '../health/phase.ts';
import type { CheckRules } from '../health/rules.ts';
import { hasStarted, type Snapshot } from '../health/snapshot.ts';
import type { CheckObserver } from './observer.ts';
import { allSafely, safely } from './safely.ts';
import { type Watch, watchCheck } from './watch.ts';

/** Holds the current state: runs the checks, and says when what a probe may show has changed. */
export interface Monitor {
  snapshot(): Snapshot;
  /** Calls `listener` after each change that a reply may show. */
  onChange(listener: (snapshot: Snapshot) => void): void;
  start(): void;
  /** Runs a check at once; resolves when a result from now on has passed the thresholds. */
  recheck(name: string): Promise<void>;
  /** Looks again at what is not a check. */
  refresh(): void;
  drain(): void;
  /** Ends the runs and closes the checkers. */
  stop(): Promise<void>;
}

export interface MonitoredCheck {
  readonly name: string;
  readonly rules: CheckRules;
  readonly checker: Checker;
}

export interface MonitorOptions {
  readonly checks: readonly MonitoredCheck[];
  /** Why the process should be restarted; empty while it is well. */
  distress(): readonly string[];
  /** The heartbeats that are overdue. */
  overdue?(): readonly string[];
  /** Whether the start may end, the checks apart; it may when left out. */
  mayStart?(): boolean;
  /** The checker with the fault of the moment laid over it; nothing when none is simulated. */
  faulty(name: string, checker: Checker): Checker | undefined;
  readonly observers: readonly CheckObserver[];
  readonly clock?: Clock;
}

export function createMonitor(options: MonitorOptions): Monitor {
  const { checks, distress, overdue = () => [], mayStart = () => true, clock = systemClock } = options;
  const listeners: ((snapshot: Snapshot) => void)[] = [];
  let lifecycle: Lifecycle = 'starting';
  let pending: Timer | undefined;

  /** Many changes in one turn of the event loop are one change to those who listen. */
  const changed = (): void => {
    pending ??= clock.setImmediate(publish);
  };
  const watches = watchAll(options, clock, changed);
  const snapshot = (): Snapshot => ({
    lifecycle,
    distress: distress(),
    overdue: overdue(),
    checks: checks.map(({ name, rules }) => ({ name, rules, state: (watches.get(name) as Watch).state() })),
  });
  const publish = (): void => {
    clock.clearImmediate(pending);
    pending = undefined;
    if (lifecycle === 'starting' && mayStart() && hasStarted(snapshot().checks))
      lifecycle = nextLifecycle(lifecycle, 'started');
    const now = snapshot();
    for (const listener of listeners) safely(() => listener(now));
  };
  const advance = (event: LifecycleEvent): void => {
    lifecycle = nextLifecycle(lifecycle, event);
    publish();
  };
  return {
    snapshot,
    onChange: (listener) => void listeners.push(listener),
    start() {
      for (const watch of watches.values()) watch.start();
      publish();
    },
    async recheck(name) {
      await watches.get(name)?.recheck();
      publish();
    },
    refresh: publish,
    drain: () => advance('drain'),
    async stop() {
      advance('stop');
      const stopped = await Promise.allSettled([...watches.values()].map((watch) => watch.stop()));
      for (const result of stopped) if (result.status === 'rejected') throw result.reason;
    },
  };
}

/** The checks under watch, by name: each tells its observers. */
function watchAll(
  { checks, faulty, observers }: MonitorOptions,
  clock: Clock,
  changed: () => void,
): Map<string, Watch> {
  // Made once, as there is a run of some check all the time.
  const tellRun = allSafely(observers.flatMap(({ onRun }) => onRun ?? []));
  const tellSteady = allSafely(observers.flatMap(({ onSteady }) => onSteady ?? []));
  const tellTransition = allSafely(observers.flatMap(({ onTransition }) => onTransition ?? []));
  const tellWarning = allSafely(observers.flatMap(({ onWarning }) => onWarning ?? []));
  const tellFailure = allSafely(observers.flatMap(({ onFailure }) => onFailure ?? []));
  const watched = (check: MonitoredCheck): Watch =>
    watchCheck({
      checker: check.checker,
      rules: check.rules,
      clock,
      faulty: () => faulty(check.name, check.checker),
      onOutcome(before, after) {
        if (differ(before, after)) changed();
        const { last } = after;
        const hasRun = last !== undefined && last !== before.last;
        if (hasRun) tellRun(check, last);
        if (before.status !== after.status) tellTransition(check, before, after);
        else if (hasRun) tellSteady(check, after);
        if (before.warning !== after.warning) tellWarning(check, after);
      },
      onFailure: (error) => tellFailure(check, error),
    });
  return new Map(checks.map((check) => [check.name, watched(check)]));
}

/** Whether a reply may show the difference: durations and ages are for the details alone. */
function differ(before: CheckState, after: CheckState): boolean {
  return (
    before.status !== after.status ||
    before.reason !== after.reason ||
    before.wasUp !== after.wasUp ||
    before.last?.simulated !== after.last?.simulated
  );
}
